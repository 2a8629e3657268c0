import { describe, expect, test } from 'vitest';
import { aclAuthorizer, RULES_CACHED_MS_MAX } from '../../../lib/cluster/acls/acl-authorizer.ts';
import { StoredAcls } from '../../../lib/cluster/acls/acl-store.ts';
import type { Action } from '../../../lib/cluster/acls/authorizer.ts';
import { observeStores, type StoreCall } from '../../../lib/storage/observed.ts';
import { openStores } from '../../log/test-logs.ts';
import { Faults, faultyStores } from '../../support/faulty-stores.ts';
import { acl } from './acl.ts';

const read: Action = { operation: 'READ', resourceType: 'TOPIC', resourceName: 'quakes' };

/** An authorizer, the rules as another process changes them, and what its own reads of the store are. */
async function setUp() {
  const stores = await openStores();
  const faults = new Faults();
  const calls: StoreCall[] = [];
  const { metadata } = observeStores(faultyStores(stores, faults), (call) => calls.push(call));
  const own = new StoredAcls(metadata);
  const clock = { nowMs: 0, wallMs: Date.UTC(2026, 0, 1) };
  const authorizer = aclAuthorizer({
    acls: own,
    superUsers: ['User:root'],
    monotonicMs: () => clock.nowMs,
    nowMs: () => clock.wallMs,
  });
  const mayRead = async (principal = 'User:alice') => (await authorizer.authorize(principal, [read]))[0];
  return { elsewhere: new StoredAcls(stores.metadata), own, faults, calls, clock, authorizer, mayRead };
}

describe('an authorizer', () => {
  test('goes by rules that are five seconds old, and no older', async () => {
    const { elsewhere, clock, mayRead } = await setUp();
    expect(RULES_CACHED_MS_MAX).toBeLessThanOrEqual(10_000);
    expect(await mayRead()).toBe(true);
    await elsewhere.create([acl('User:alice DENY READ TOPIC quakes')]);
    clock.nowMs = RULES_CACHED_MS_MAX - 1;
    expect(await mayRead()).toBe(true);
    clock.nowMs = RULES_CACHED_MS_MAX;
    expect(await mayRead()).toBe(false);
    await elsewhere.delete([{}]);
    clock.nowMs += RULES_CACHED_MS_MAX - 1;
    expect(await mayRead()).toBe(false);
    clock.nowMs += 1;
    expect(await mayRead()).toBe(true);
  });

  test('goes by no older rules when its process, and the monotonic clock with it, was frozen meanwhile', async () => {
    const { elsewhere, clock, mayRead } = await setUp();
    expect(await mayRead()).toBe(true);
    await elsewhere.create([acl('User:alice DENY READ TOPIC quakes')]);
    clock.wallMs += RULES_CACHED_MS_MAX;
    expect(await mayRead()).toBe(false);
    await elsewhere.delete([{}]);
    // A clock that was put back tells nothing.
    clock.wallMs -= 60_000;
    expect(await mayRead()).toBe(true);
  });

  test('obeys a change of its own process at once', async () => {
    const { own, mayRead } = await setUp();
    expect(await mayRead()).toBe(true);
    await own.create([acl('User:alice DENY READ TOPIC quakes')]);
    expect(await mayRead()).toBe(false);
    await own.delete([{}]);
    expect(await mayRead()).toBe(true);
  });

  test('reads the rules once for all who ask at once, and not again for who asks next', async () => {
    const { calls, clock, mayRead } = await setUp();
    await Promise.all(Array.from({ length: 50 }, () => mayRead()));
    await mayRead();
    expect(calls).toHaveLength(1);
    clock.nowMs = RULES_CACHED_MS_MAX;
    await Promise.all(Array.from({ length: 50 }, () => mayRead()));
    expect(calls).toHaveLength(2);
  });

  test('lets super users do everything without a look', async () => {
    const { elsewhere, calls, authorizer, mayRead } = await setUp();
    await elsewhere.create([acl('User:* DENY ALL TOPIC *')]);
    expect(await mayRead('User:root')).toBe(true);
    expect(await authorizer.authorizeByResourceType('User:root', 'WRITE', 'TOPIC')).toBe(true);
    expect(calls).toEqual([]);
    expect(await mayRead('User:roo')).toBe(false);
  });

  test('allows nothing when the rules cannot be read, and no longer than that', async () => {
    const { faults, clock, authorizer, mayRead } = await setUp();
    expect(await mayRead()).toBe(true);
    clock.nowMs = RULES_CACHED_MS_MAX;
    faults.choose = (operation) => (operation === 'metadata.query' ? 'notDone' : undefined);
    await expect(mayRead()).rejects.toMatchObject({ error: 'KAFKA_STORAGE_ERROR' });
    await expect(authorizer.authorizeByResourceType('User:alice', 'WRITE', 'TOPIC')).rejects.toMatchObject({
      error: 'KAFKA_STORAGE_ERROR',
    });
    expect(await mayRead('User:root')).toBe(true);
    faults.choose = () => undefined;
    expect(await mayRead()).toBe(true);
  });
});
