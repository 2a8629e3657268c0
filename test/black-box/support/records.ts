import { accept, answered } from '../../support/requests.ts';
import { send } from './client.ts';

export const partitionPath = (topic: string, partition = 0): string =>
  `/topics/${topic}/partitions/${partition}`;

/** One behind the last record of a partition. */
export async function endOffset(topic: string, partition = 0): Promise<number> {
  const { body } = await answered(send(`${partitionPath(topic, partition)}/offsets`));
  return (body as { end_offset: number }).end_offset;
}

/** Fetches a partition from its beginning, or as the query says, without waiting. */
export const fetchRecords = (
  topic: string,
  { partition = 0, query = '', as }: { partition?: number; query?: string; as?: string } = {},
): Promise<Response> =>
  send(`${partitionPath(topic, partition)}/records?timeout=0&${query}`, as === undefined ? {} : accept(as));
