import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Broker } from '../../lib/api/broker.ts';
import { loadGroups } from '../../lib/api/load-groups.ts';
import { type OpenBrokerOptions, openBroker } from '../../lib/api/open-broker.ts';
import { brokerConfigSchema } from '../../lib/cluster/broker-config.ts';
import { type Runtime, systemRuntime } from '../../lib/log/runtime.ts';
import { openEmbeddedStores } from '../../lib/storage/embedded.ts';
import { tempFolder } from '../support/temp-folder.ts';

export const NOW_MS = Date.parse('2026-01-31T12:00:00Z');
const CLUSTER_ID = 'RgQmkVqvTvqGTMokaPbA6A';

/**
 * Bytes made of how many of this length were drawn before: so the id of a topic does not depend on what else has drawn
 * some, and stays the same when an example is added that makes no topic.
 */
function repeatableBytes(): Runtime['randomBytes'] {
  const drawn = new Map<number, number>();
  return (length) => {
    const count = (drawn.get(length) ?? 0) + 1;
    drawn.set(length, count);
    return createHash('shake256', { outputLength: length }).update(String(count)).digest();
  };
}

/** A fresh broker for which time stands still and chance repeats itself, until the test ends: its answers can be written down. */
export async function documentedBroker(
  more: Pick<OpenBrokerOptions, 'authorization' | 'superUsers'> = {},
): Promise<Broker> {
  const stores = await openEmbeddedStores(await tempFolder());
  onTestFinished(() => stores.close());
  const broker = await openBroker({
    stores,
    brokerId: 1,
    config: brokerConfigSchema.parse({}),
    groups: loadGroups,
    ...more,
    runtime: {
      ...systemRuntime,
      nowMs: () => NOW_MS,
      random: () => 0,
      randomBytes: repeatableBytes(),
    },
  });
  onTestFinished(() => broker.close());
  return { ...broker, clusterId: CLUSTER_ID };
}
