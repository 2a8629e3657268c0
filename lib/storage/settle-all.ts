/**
 * As `Promise.all`, but when one fails it waits for the others to end, too: what goes on behind an answer is still in
 * flight when its process is frozen.
 */
export async function settleAll<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
