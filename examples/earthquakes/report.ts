import { table } from '../../lib/cli/text.ts';
import type { Earthquake } from './feed.ts';
import type { Reader } from './reader.ts';

const STRONGEST = 5;

export interface Timing {
  readonly produceMs: number;
  /** From the first record sent to the last one read. */
  readonly throughMs: number;
}

const thousands = (count: number): string => Math.round(count).toLocaleString('en-US');
const time = ({ properties }: Earthquake): string =>
  new Date(properties.time).toISOString().slice(0, 16).replace('T', ' ');

/** What a person would like to see of it. */
export function report(readers: readonly Reader[], { produceMs, throughMs }: Timing): string {
  const all = readers.flatMap(({ earthquakes }) => earthquakes);
  const byTime = all.toSorted((a, b) => a.properties.time - b.properties.time);
  const [first, last] = [byTime.at(0), byTime.at(-1)];
  if (first === undefined || last === undefined) return 'The feed is empty.\n';

  const strongest = all
    .toSorted((a, b) => (b.properties.mag ?? 0) - (a.properties.mag ?? 0))
    .slice(0, STRONGEST)
    .map((event) => [(event.properties.mag ?? 0).toFixed(1), time(event), event.properties.place]);

  const partitions = readers.map(({ partition, earthquakes }) => {
    const networks = new Set(earthquakes.map(({ properties }) => properties.net));
    return [partition, earthquakes.length, [...networks].toSorted().join(' ')];
  });

  return `${thousands(all.length)} earthquakes, ${time(first)} to ${time(last)} UTC

The strongest:
${table([['magnitude', 'time', 'place'], ...strongest])}
Three partitions, each read by a reader of its own. All events of a network are in one partition, in order:
${table([['partition', 'records', 'networks'], ...partitions])}
Produced ${thousands(all.length / (produceMs / 1_000))} records a second, each on the disk before its answer;
read as they came in, the last one ${Math.max(0, throughMs - produceMs).toFixed(1)} ms after the last answer to the producer.
`;
}
