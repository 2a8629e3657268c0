import { createApp } from '../../api/app.ts';
import { loadOpenApi } from '../../api/load-openapi.ts';
import { Metrics } from '../../api/ops/metrics.ts';
import { allRoutes } from '../../api/routes/all.ts';
import { type BrokerConfig, brokerConfigSchema } from '../../cluster/broker-config.ts';
import { FormatVersionError } from '../../cluster/cluster-meta.ts';
import { StoreError } from '../../storage/errors.ts';
import { FolderInUseError } from '../../storage/folder-lock.ts';
import { CliError, exitCode } from '../cli-error.ts';
import { type LocalBroker, type LocalBrokerOptions, openLocalBroker } from '../local-broker.ts';
import { makeLog } from '../logger.ts';
import { startServer } from '../server.ts';
import { dieOfBugs, stopRequested, surviveFileSizeLimit } from '../signals.ts';

export interface StartOptions {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly brokerId: number;
  /** Checked already. @default what each request says */
  readonly advertisedUrl?: string;
  /** Broker configs, each as `name=value`. */
  readonly override: readonly string[];
  readonly logLevel: string;
}

/** Docker kills ten seconds after it asked to stop. */
const DRAIN_BOUND_MS = 8_000;

/** Runs a broker until it is asked to stop; then it answers what it has accepted. */
export async function start(options: StartOptions): Promise<void> {
  const config = parseOverrides(options.override);
  const log = makeLog(options.logLevel);
  // From the very beginning: whoever reads that it listens may stop it in the same moment.
  const stop = stopRequested();
  surviveFileSizeLimit(log);
  dieOfBugs(log);
  const metrics = new Metrics();
  const { data: folder, brokerId, advertisedUrl } = options;
  const onBug = (error: unknown): void => log('error', { err: error }, 'a bug: the request got 500');
  const onError = (error: unknown): void =>
    log('error', { err: error }, 'the log met an error in the background');
  const local = await openFolder({
    folder,
    brokerId,
    config,
    ...(advertisedUrl !== undefined && { advertisedUrl }),
    observer: metrics.observeStore,
    onError,
  });
  const app = createApp(local.broker, allRoutes, { metrics, openApi: loadOpenApi, onBug });
  try {
    const server = await startServer({ host: options.host, port: options.port, fetch: app.fetch });
    local.announce(server.url);
    process.stdout.write(greeting(server.url, process.stdout.isTTY));
    const signal = await stop;
    log('info', { signal }, 'draining');
    local.broker.endWaits();
    if (!(await server.drain(DRAIN_BOUND_MS))) {
      throw new CliError(`requests took longer than ${DRAIN_BOUND_MS} ms to answer and were cut off`);
    }
  } finally {
    await local.close();
  }
}

/** @throws CliError: a config that does not exist, or that cannot have this value. */
function parseOverrides(overrides: readonly string[]): BrokerConfig {
  const given: Record<string, string> = {};
  for (const override of overrides) {
    const equals = override.indexOf('=');
    if (equals < 1) throw usage(`--override takes name=value, and got ${override}`);
    given[override.slice(0, equals)] = override.slice(equals + 1);
  }
  const parsed = brokerConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(brokerConfigSchema.shape).join(', ');
    throw usage(`no broker config is named ${issue.keys.join(', ')}; there are ${known}`);
  }
  throw usage(`--override ${issue?.path.join('.')}: ${issue?.message}`);
}

const usage = (message: string): CliError => new CliError(message, { exitCode: exitCode.usage });

/** What is expected to go wrong with a folder comes with a line that says what to do. */
async function openFolder(options: LocalBrokerOptions): Promise<LocalBroker> {
  try {
    return await openLocalBroker(options);
  } catch (error) {
    const isExpected =
      error instanceof FolderInUseError || error instanceof FormatVersionError || error instanceof StoreError;
    throw isExpected ? new CliError(error.message, { cause: error }) : error;
  }
}

/** One line for programs; a person also gets something to paste. */
function greeting(url: string, isTerminal: boolean): string {
  const line = `listening on ${url}\n`;
  if (!isTerminal) return line;
  const json = 'application/vnd.kafka.json.v2+json';
  return `${line}
Produce a record, and fetch it:

  curl ${url}/topics/greetings -H 'Content-Type: ${json}' -d '{"records":[{"key":"en","value":"hello"}]}'
  curl '${url}/topics/greetings/partitions/0/records?offset=earliest' -H 'Accept: ${json}'

Ctrl-C stops it.
`;
}
