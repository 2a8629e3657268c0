import { later } from '../api/later.ts';
import { type OpenBroker, type OpenBrokerOptions, openBroker } from '../api/open-broker.ts';
import { Connections } from '../storage/aws/connections.ts';
import { openDynamoDBMetadataStore } from '../storage/dynamodb/dynamodb-metadata-store.ts';
import type { Stores } from '../storage/embedded.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { observeStores, type StoreObserver } from '../storage/observed.ts';
import type { Environment } from './environment.ts';

/**
 * One call to a store with all its attempts, in milliseconds. A produce request whose upload, append and look behind an
 * unknown answer each take so long is still answered before API Gateway gives up on it, after 30 s.
 */
const STORE_DEADLINE_MS = 6_000;

export interface FunctionBrokerOptions
  extends Pick<OpenBrokerOptions, 'opening' | 'groups' | 'runtime' | 'onError'> {
  readonly environment: Environment;
  /** @default the table and the bucket of the environment */
  readonly stores?: Stores | undefined;
  /** Hears of every call to a store once it is over. */
  readonly observer?: StoreObserver | undefined;
}

export interface FunctionStores extends Stores {
  /** Closes the connections that nobody uses now; for a process that was frozen. */
  closeIdleConnections?(): void;
}

/**
 * The stores of a function. Nothing is sent before the first call, so their clients can be made as it starts. S3's, which
 * is a good part of all code, is loaded by the first request that needs it: what is small goes into the table.
 */
export function openFunctionStores({ table, bucket }: Environment): FunctionStores {
  const connections = new Connections();
  const options = { connections, deadlineMs: STORE_DEADLINE_MS };
  const metadata = openDynamoDBMetadataStore({ table, ...options });
  const objects = later<ObjectStore>(async () => {
    const { openS3ObjectStore } = await import('../storage/s3/s3-object-store.ts');
    return openS3ObjectStore({ bucket, ...options });
  });
  return {
    metadata,
    objects: objects.methods,
    closeIdleConnections: () => connections.closeIdle(),
    async close() {
      await objects.ifOpened((store) => store.close());
      await metadata.close();
    },
  };
}

/**
 * The broker that a function is a process of: for handlers of HTTP requests, and for those that have another caller.
 * Before such a handler returns it awaits `idle()`, for the process may be frozen then.
 *
 * @throws FormatVersionError, StoreErrors.
 */
export async function openFunctionBroker(options: FunctionBrokerOptions): Promise<OpenBroker> {
  const { environment, opening, groups, runtime, observer, onError } = options;
  const { stores = openFunctionStores(environment) } = options;
  const { brokerId, config, advertisedUrl, superUsers } = environment;
  return openBroker({
    stores: observer === undefined ? stores : observeStores(stores, observer),
    brokerId,
    config,
    opening,
    advertisedUrl,
    groups,
    authorization: true,
    superUsers,
    runtime,
    onError,
  });
}
