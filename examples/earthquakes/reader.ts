import { type Client, segment } from '../../lib/cli/client.ts';
import type { Earthquake } from './feed.ts';

/** A record as the broker's JSON format gives it. */
interface FetchedRecord {
  readonly offset: number;
  readonly key: string;
  readonly value: Earthquake;
}

/** What one reader has read of its partition. */
export interface Reader {
  readonly partition: number;
  readonly earthquakes: Earthquake[];
}

const JSON_V2 = 'application/vnd.kafka.json.v2+json';

/**
 * Follows a partition: each fetch waits at the broker until there is something, and begins behind what the last
 * one brought. Ends when the signal aborts.
 */
export async function follow(
  client: Client,
  topic: string,
  reader: Reader,
  options: {
    readonly onRead: () => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { onRead, signal } = options;
  let offset = 0;
  while (!signal.aborted) {
    const path = `/topics/${segment(topic)}/partitions/${reader.partition}/records?offset=${offset}&timeout=10000`;
    let records: FetchedRecord[];
    try {
      records = await client.json(path, { accept: JSON_V2, signal });
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    reader.earthquakes.push(...records.map(({ value }) => value));
    offset = (records.at(-1)?.offset ?? offset - 1) + 1;
    onRead();
  }
}
