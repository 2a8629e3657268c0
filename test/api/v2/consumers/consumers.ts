import { expect, onTestFinished } from 'vitest';
import { createApp } from '../../../../lib/api/app.ts';
import { loadGroups } from '../../../../lib/api/load-groups.ts';
import { startServer } from '../../../../lib/api/node/server.ts';
import { type OpenBroker, openBroker } from '../../../../lib/api/open-broker.ts';
import { allRoutes } from '../../../../lib/api/routes/all.ts';
import { type BrokerConfig, brokerConfigSchema } from '../../../../lib/cluster/broker-config.ts';
import { type Runtime, systemRuntime } from '../../../../lib/log/runtime.ts';
import { openEmbeddedStores, type Stores } from '../../../../lib/storage/embedded.ts';
import { Faults, faultyStores } from '../../../support/faulty-stores.ts';
import { BINARY_V2, JSON_V2 } from '../../../support/http.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

export const V2_JSON = 'application/vnd.kafka.v2+json';

/** A wall clock that stands still until a test puts it forward; sleeps and waits go by the system's. */
export class StandingClock {
  #nowMs = Date.now();

  readonly runtime: Runtime = { ...systemRuntime, nowMs: () => this.#nowMs };

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

/** A broker that listens, as one process of several. */
export interface Listening {
  readonly url: string;
  readonly broker: OpenBroker;
  readonly stores: Stores;
  readonly faults: Faults;
  readonly clock: StandingClock;
  /** Errors that nobody expected. */
  readonly bugs: readonly unknown[];
}

interface ListenOptions {
  readonly config?: Partial<BrokerConfig>;
  /** Shared by brokers that are one; one of its own when absent. */
  readonly folder?: string;
  readonly clock?: StandingClock;
  readonly advertisedUrl?: string;
}

/** A whole broker behind real HTTP until the test ends. Several on one folder are processes of one broker. */
export async function listen(options: ListenOptions = {}): Promise<Listening> {
  const { config = {}, clock = new StandingClock(), advertisedUrl } = options;
  const opened = await openEmbeddedStores(options.folder ?? (await tempFolder()));
  onTestFinished(() => opened.close());
  const faults = new Faults();
  const stores = faultyStores(opened, faults);
  const { runtime } = clock;
  const broker = await openBroker({
    stores,
    brokerId: 1,
    config: brokerConfigSchema.parse(config),
    groups: loadGroups,
    runtime,
    advertisedUrl,
  });
  onTestFinished(() => broker.close());
  const bugs: unknown[] = [];
  const app = createApp(broker, allRoutes, { onBug: (error) => bugs.push(error) });
  const server = await startServer({ host: '127.0.0.1', port: 0, fetch: app.fetch });
  onTestFinished(async () => {
    broker.endWaits();
    await server.drain(5_000);
    expect(bugs).toEqual([]);
  });
  return { url: server.url, broker, stores: opened, faults, clock, bugs };
}

export async function listenTwice(options: ListenOptions = {}): Promise<[Listening, Listening]> {
  const shared = { clock: new StandingClock(), ...options, folder: await tempFolder() };
  return [await listen(shared), await listen(shared)];
}

export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** One request with a JSON body, as a v2 client sends it. */
export async function ask(
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const init: RequestInit = { method, headers: { ...headers } };
  if (body !== undefined) {
    init.headers = { 'Content-Type': V2_JSON, ...headers };
    init.body = JSON.stringify(body);
  }
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
  };
}

export interface ReadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: unknown;
  readonly value: unknown;
}

/** An instance as its client knows it. */
export class Consumer {
  readonly uri: string;
  readonly #format: string;

  constructor(uri: string, format = JSON_V2) {
    this.uri = uri;
    this.#format = format;
  }

  /** The same instance, asked through another process. */
  through({ url }: Pick<Listening, 'url'>): Consumer {
    return new Consumer(url + new URL(this.uri).pathname, this.#format);
  }

  ask(method: string, path: string, body?: unknown): Promise<Answered> {
    return ask(method, this.uri + path, body);
  }

  /** Does what has to be done with 204. */
  async tell(method: string, path: string, body?: unknown): Promise<void> {
    const answer = await this.ask(method, path, body);
    expect(answer).toMatchObject({ status: 204, body: undefined });
  }

  /** Asks for records; they have to come with 200. */
  async read(query = 'timeout=0'): Promise<ReadRecord[]> {
    const answer = await ask('GET', `${this.uri}/records?${query}`, undefined, { Accept: this.#format });
    expect(answer).toMatchObject({ status: 200 });
    return answer.body as ReadRecord[];
  }

  /** `topic-partition@offset` of each record that a read gives. */
  async readNames(query?: string): Promise<string[]> {
    return (await this.read(query)).map(nameOf);
  }

  async assignments(): Promise<string[]> {
    const { body } = await this.ask('GET', '/assignments');
    const { partitions } = body as { partitions: { topic: string; partition: number }[] };
    return partitions.map(({ topic, partition }) => `${topic}-${partition}`);
  }

  /** What the group has committed for partitions, as `topic-partition@offset`. */
  async committed(...partitions: readonly string[]): Promise<string[]> {
    const named = partitions.map((each) => each.replace(/-(\d+)$/, ':$1')).join(',');
    const { body } = await this.ask('GET', `/offsets?partitions=${named}`);
    const { offsets } = body as { offsets: { topic: string; partition: number; offset: number }[] };
    return offsets.map(nameOf);
  }
}

const nameOf = ({ topic, partition, offset }: { topic: string; partition: number; offset: number }) =>
  `${topic}-${partition}@${offset}`;

interface Made {
  readonly group?: string;
  readonly topics?: readonly string[];
  readonly partitions?: readonly { topic: string; partition: number }[];
}

/** An instance that shows JSON, begins at the earliest, and commits when it is told to, unless its config says else. */
export async function makeConsumer(
  { url }: Listening,
  { group = 'group', topics, partitions }: Made = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<Consumer> {
  const made = await ask('POST', `${url}/consumers/${group}`, {
    format: 'json',
    'auto.offset.reset': 'earliest',
    'auto.commit.enable': 'false',
    ...config,
  });
  expect(made).toMatchObject({ status: 200 });
  const { base_uri } = made.body as { base_uri: string };
  const consumer = new Consumer(base_uri, config.format === 'binary' ? BINARY_V2 : JSON_V2);
  if (topics !== undefined) await consumer.tell('POST', '/subscription', { topics });
  if (partitions !== undefined) await consumer.tell('POST', '/assignments', { partitions });
  return consumer;
}

/** Appends the values, a record each, to a partition. */
export async function produce(
  { url }: Pick<Listening, 'url'>,
  topic: string,
  partition: number,
  ...values: readonly unknown[]
): Promise<void> {
  const records = values.map((value) => ({ value }));
  const path = `${url}/topics/${topic}/partitions/${partition}`;
  const produced = await ask('POST', path, { records }, { 'Content-Type': JSON_V2 });
  expect(produced).toMatchObject({ status: 200 });
}

/** What a consumer instance reads, as it is answered. */
export const readRecords = (consumer: { uri: string }, accept: string, query = 'timeout=0') =>
  ask('GET', `${consumer.uri}/records?${query}`, undefined, { Accept: accept });
