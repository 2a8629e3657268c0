import { type Client, segment } from '../../lib/cli/client.ts';
import type { Earthquake } from './feed.ts';

const JSON_V2 = 'application/vnd.kafka.json.v2+json';
const RECORDS_A_REQUEST = 100;

interface ProduceAnswer {
  readonly offsets: readonly { readonly partition: number | null; readonly error: string | null }[];
}

/** Sends the earthquakes in their order, keyed by their network: those of one network stay in order. */
export async function produce(
  client: Client,
  topic: string,
  earthquakes: readonly Earthquake[],
): Promise<void> {
  for (let at = 0; at < earthquakes.length; at += RECORDS_A_REQUEST) {
    const records = earthquakes.slice(at, at + RECORDS_A_REQUEST).map((earthquake) => ({
      key: earthquake.properties.net,
      value: earthquake,
      timestamp: earthquake.properties.time,
    }));
    // The next request waits for this one's answer; by then its records are on the disk.
    const { offsets } = await client.json<ProduceAnswer>(`/topics/${segment(topic)}`, {
      method: 'POST',
      contentType: JSON_V2,
      body: { records },
    });
    const failed = offsets.find(({ error }) => error !== null);
    if (failed !== undefined) throw new Error(`a record was refused: ${failed.error}`);
  }
}
