/** What a broker takes of a group's partitions in one request. */
const ITEMS_MAX = 1_000;

/**
 * Sends all items in as few requests as may be. One that is refused is sent again in halves, so that an item which may
 * not be sent any more stops no other.
 *
 * @param isRefusal Whether an error is one item's. Any other one rejects.
 * @returns the items that were refused by themselves.
 */
export async function sendTogether<Item>(
  items: readonly Item[],
  send: (items: readonly Item[]) => Promise<void>,
  isRefusal: (error: unknown) => error is Error,
): Promise<Map<Item, Error>> {
  const refused = new Map<Item, Error>();
  const sendSome = async (some: readonly Item[]): Promise<void> => {
    try {
      return await send(some);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const [first] = some;
      if (first !== undefined && some.length === 1) refused.set(first, error);
      if (some.length < 2) return;
    }
    const middle = Math.ceil(some.length / 2);
    await sendSome(some.slice(0, middle));
    await sendSome(some.slice(middle));
  };
  for (let at = 0; at < items.length; at += ITEMS_MAX) await sendSome(items.slice(at, at + ITEMS_MAX));
  return refused;
}
