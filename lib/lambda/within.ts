/** Whether the work was over within the time. */
export async function within(boundMs: number, work: Promise<void> = Promise.resolve()): Promise<boolean> {
  const { promise: bound, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), Math.max(0, boundMs));
  try {
    return await Promise.race([work.then(() => true), bound]);
  } finally {
    clearTimeout(timer);
  }
}
