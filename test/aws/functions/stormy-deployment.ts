import { inject } from 'vitest';
import { Chaos } from '../../functions/runtime/chaos.ts';
import { Deployment } from '../../functions/runtime/deployment.ts';
import { temporaryFolder } from '../../storage/temporary-folder.ts';
import { dynamodb, newBucket, newTable, s3 } from '../endpoints.ts';
import { configuredRuntime } from './configured-runtime.ts';

/** How long a client waits: less than a process may be stopped, so that those that were given up go on later. */
const IMPATIENT_MS = 3_000;
const PATIENT_MS = 30_000;
const FUNCTION_TIMEOUT_MS = 10_000;
const STOPPED_MS_MAX = 5_000;
const ENVIRONMENTS_MAX = 8;

export interface StormyDeployment extends AsyncDisposable {
  readonly deployment: Deployment;
  readonly chaos: Chaos;
  /** How much there was to go wrong. */
  tally(): string;
}

/** The functions on a table and a bucket of their own, where things go wrong as the seed decides. */
export async function openStormy(
  seed: number,
  config: Readonly<Record<string, unknown>>,
): Promise<StormyDeployment> {
  const { native, http } = inject('runtimes');
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(temporaryFolder());
  const { table, remove: removeTable } = await newTable();
  opened.defer(removeTable);
  const { bucket, remove: removeBucket } = await newBucket(s3 ?? {});
  opened.defer(removeBucket);
  const chaos = new Chaos({ seed, stoppedMsMax: STOPPED_MS_MAX });
  const deployment = opened.use(
    await Deployment.open({
      runtime: await configuredRuntime(native ?? http, config, folder.path),
      folder: folder.path,
      endpoint: dynamodb.endpoint ?? '',
      table,
      bucket,
      chaos,
      gatewayTimeoutMs: () => (chaos.isUnderWay ? IMPATIENT_MS : PATIENT_MS),
      functionTimeoutMs: FUNCTION_TIMEOUT_MS,
      environmentsMax: ENVIRONMENTS_MAX,
    }),
  );
  const all = opened.move();
  const tally = () => {
    const sum = (of: 'invocations' | 'coldStarts') =>
      deployment.functions.reduce((total, each) => total + each[of], 0);
    const { killed, stopped } = chaos.counts;
    return `${sum('invocations')} invocations, ${sum('coldStarts')} cold starts, ${killed} killed, ${stopped} stopped`;
  };
  return { deployment, chaos, tally, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
