import { createApp } from '../../api/app.ts';
import { apiKeyAuthenticator } from '../../api/auth/api-key-authenticator.ts';
import { isLoopback } from '../../api/http/loopback.ts';
import { loadOpenApi } from '../../api/load-openapi.ts';
import { ListenError, type RunningServer, type ServerOptions, startServer } from '../../api/node/server.ts';
import { Metrics } from '../../api/ops/metrics.ts';
import { allRoutes } from '../../api/routes/all.ts';
import { type BrokerConfig, brokerConfigSchema } from '../../cluster/broker-config.ts';
import { FormatVersionError } from '../../cluster/cluster-meta.ts';
import { whyNotPrincipal } from '../../cluster/principal.ts';
import { StoreError } from '../../storage/errors.ts';
import { FolderInUseError } from '../../storage/folder-lock.ts';
import { CliError, exitCode } from '../cli-error.ts';
import { type LocalBroker, type LocalBrokerOptions, openLocalBroker } from '../local-broker.ts';
import { makeLog } from '../logger.ts';
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
  /** How whoever sends a request proves who they are. */
  readonly auth: 'none' | 'api-keys';
  /** Principals that may do everything. */
  readonly superUser: readonly string[];
  /** Without authentication, listen where other machines can reach it all the same. */
  readonly allowAnonymous?: boolean;
  readonly logLevel: string;
}

/** Docker kills ten seconds after it asked to stop. */
const DRAIN_BOUND_MS = 8_000;

/** Runs a broker until it is asked to stop; then it answers what it has accepted. */
export async function start(options: StartOptions): Promise<void> {
  const config = parseOverrides(options.override);
  checkAccess(options);
  const log = makeLog(options.logLevel);
  // From the very beginning: whoever reads that it listens may stop it in the same moment.
  const stop = stopRequested();
  surviveFileSizeLimit(log);
  dieOfBugs(log);
  const metrics = new Metrics();
  const { data: folder, brokerId, advertisedUrl } = options;
  const hasAuthentication = options.auth === 'api-keys';
  const onBug = (error: unknown): void => log('error', { err: error }, 'a bug: the request got 500');
  const onError = (error: unknown): void =>
    log('error', { err: error }, 'the log met an error in the background');
  const local = await openFolder({
    folder,
    brokerId,
    config,
    ...(advertisedUrl !== undefined && { advertisedUrl }),
    authorization: hasAuthentication,
    superUsers: options.superUser,
    observer: metrics.observeStore,
    onError,
  });
  const { apiKeys } = local.broker;
  const monotonicMs = () => performance.now();
  const authenticator = hasAuthentication ? apiKeyAuthenticator({ apiKeys, monotonicMs }) : undefined;
  const app = createApp(local.broker, allRoutes, { metrics, openApi: loadOpenApi, authenticator, onBug });
  try {
    const server = await listen({ host: options.host, port: options.port, fetch: app.fetch });
    local.announce(server.url);
    process.stdout.write(greeting(server.url, hasAuthentication, process.stdout.isTTY));
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

/** @throws CliError: options that together would do what nobody means. */
function checkAccess({ auth, host, superUser, allowAnonymous = false }: StartOptions): void {
  if (auth === 'none' && superUser.length > 0) {
    throw usage('--super-user needs --auth api-keys: without it, everybody may do everything');
  }
  for (const principal of superUser) {
    const reason = whyNotPrincipal(principal);
    if (reason !== undefined) throw usage(`--super-user ${reason}; it looks like User:alice`);
  }
  if (auth !== 'none' && allowAnonymous) throw usage('choose one of --auth api-keys and --allow-anonymous');
  if (auth !== 'none' || allowAnonymous || isLoopback(host)) return;
  throw usage(
    `on ${host}, other machines could read and write everything: start with --auth api-keys, or say that this is meant with --allow-anonymous`,
  );
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

/** The same with the option that says something else. @throws CliError */
async function listen(options: ServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    const advice = error.fault === 'other' ? '' : `: choose another one with --${error.fault}`;
    throw new CliError(error.message + advice, { cause: error });
  }
}

/** One line for programs; a person also gets something to paste. */
function greeting(url: string, hasAuthentication: boolean, isTerminal: boolean): string {
  const line = `listening on ${url}\n`;
  if (!isTerminal) return line;
  const user = hasAuthentication ? '-u "$RIVULET_API_KEY" ' : '';
  const json = 'application/vnd.kafka.json.v2+json';
  return `${line}
Produce a record, and fetch it:

  curl ${user}${url}/topics/greetings -H 'Content-Type: ${json}' -d '{"records":[{"key":"en","value":"hello"}]}'
  curl ${user}'${url}/topics/greetings/partitions/0/records?offset=earliest' -H 'Accept: ${json}'

Ctrl-C stops it.
`;
}
