import { onTestFinished } from 'vitest';
import { createApp } from '../../../lib/api/app.ts';
import { ANONYMOUS, type Authenticator } from '../../../lib/api/auth/authenticator.ts';
import { unauthenticated } from '../../../lib/api/auth/unauthenticated.ts';
import { loadGroups } from '../../../lib/api/load-groups.ts';
import { loadOpenApi } from '../../../lib/api/load-openapi.ts';
import { openBroker } from '../../../lib/api/open-broker.ts';
import { Metrics } from '../../../lib/api/ops/metrics.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { type BrokerConfig, brokerConfigSchema } from '../../../lib/cluster/broker-config.ts';
import { openEmbeddedStores, type Stores } from '../../../lib/storage/embedded.ts';
import { acl, type Rule } from '../../cluster/acls/acl.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import type { Send } from '../groups/group-client.ts';

const HEADER = 'Test-Principal';
export const ROOT = 'User:root';

/** Believes everybody but these; for tests of what comes behind. */
const believing = (shutOut: ReadonlySet<string>): Authenticator => ({
  async authenticate(request) {
    const principal = request.headers.get(HEADER) ?? ANONYMOUS;
    if (shutOut.has(principal)) throw unauthenticated('Its key was revoked.', 'Basic');
    return principal;
  },
});

export async function testStores(): Promise<Stores> {
  const stores = await openEmbeddedStores(await tempFolder());
  onTestFinished(() => stores.close());
  return stores;
}

/** A broker that obeys rules, and its API, where a request says whose it is; until the test ends. */
export async function aclBroker(config: Partial<BrokerConfig> = {}, shared?: Stores) {
  const stores = shared ?? (await testStores());
  const broker = await openBroker({
    stores,
    brokerId: 1,
    config: brokerConfigSchema.parse(config),
    groups: loadGroups,
    authorization: true,
    superUsers: [ROOT],
  });
  onTestFinished(() => broker.close());
  const bugs: unknown[] = [];
  /** Principals that prove nothing any more. */
  const shutOut = new Set<string>();
  const app = createApp(broker, allRoutes, {
    authenticator: believing(shutOut),
    metrics: new Metrics(),
    openApi: loadOpenApi,
    onBug: (error) => bugs.push(error),
  });
  /** Sends requests of a principal. */
  const as =
    (principal: string): Send =>
    async (path, init) => {
      const request = new Request(`http://broker.test${path}`, init);
      request.headers.set(HEADER, principal);
      return app.fetch(request);
    };
  /** Makes rules, as `User:alice ALLOW READ TOPIC quakes`. */
  const rules = (...all: Rule[]) => broker.acls.create(all.map(acl));
  return { broker, stores, bugs, as, rules, shutOut };
}
