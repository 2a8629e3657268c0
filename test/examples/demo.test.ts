import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readFeed } from '../../examples/earthquakes/feed.ts';
import { partitionForKey } from '../../lib/kafka/murmur2.ts';
import { spawnProcess, startBroker } from '../support/broker-process.ts';
import { fetchAll } from '../support/http.ts';
import { tempFolder } from '../support/temp-folder.ts';

const demo = fileURLToPath(new URL('../../examples/earthquakes/demo.ts', import.meta.url));
const PARTITIONS = 3;

test('every event of the feed is in the log once, in the partition of its network, in order', async () => {
  const folder = await tempFolder();
  const ended = await spawnProcess(process.execPath, [demo, folder]).ended;
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const feed = await readFeed();
  expect(feed).toHaveLength(1_707);
  expect(ended.stdout).toMatch(/^1,707 earthquakes, 2018-01-31 [\d:]+ to 2018-02-07 [\d:]+ UTC\n/);
  const strongest = feed.toSorted((a, b) => (b.properties.mag ?? 0) - (a.properties.mag ?? 0))[0];
  expect(ended.stdout).toContain(strongest?.properties.place);

  // What the demo counted is what it read; what the log holds is read here again, after the broker's end.
  const { url } = await startBroker(folder);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const expected = feed.filter(
      ({ properties }) =>
        partitionForKey(Buffer.from(JSON.stringify(properties.net)), PARTITIONS) === partition,
    );
    const stored = await fetchAll(url, 'earthquakes', partition);
    expect(stored.map(({ value }) => value)).toEqual(expected);
    expect(stored.map(({ key }) => key)).toEqual(expected.map(({ properties }) => properties.net));
    expect(ended.stdout).toMatch(new RegExp(`^ +${partition} +${expected.length}  `, 'm'));
  }
});
