import { expect } from 'vitest';
import { BINARY_V2, JSON_V2, V2_JSON } from '../../../lib/api/http/media-types.ts';
import { pathOf, send } from './client.ts';
import { freshName } from './names.ts';
import { partitionPath } from './records.ts';

export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** One request with a JSON body, as a v2 client sends it. */
export async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const content =
    body === undefined
      ? { headers }
      : { headers: { 'Content-Type': V2_JSON, ...headers }, body: JSON.stringify(body) };
  const response = await send(path, { method, ...content });
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

const nameOf = ({ topic, partition, offset }: { topic: string; partition: number; offset: number }) =>
  `${topic}-${partition}@${offset}`;

/** An instance as its client knows it: by its URL. */
export class Consumer {
  readonly path: string;
  readonly #format: string;

  constructor(baseUri: string, format = JSON_V2) {
    this.path = pathOf(baseUri);
    this.#format = format;
  }

  ask(method: string, path: string, body?: unknown): Promise<Answered> {
    return ask(method, this.path + path, body);
  }

  /** Does what has to be done with 204. */
  async tell(method: string, path: string, body?: unknown): Promise<void> {
    const answer = await this.ask(method, path, body);
    expect(answer).toMatchObject({ status: 204, body: undefined });
  }

  /** What it reads, as it is answered. */
  records(accept = this.#format, query = 'timeout=0'): Promise<Answered> {
    return ask('GET', `${this.path}/records?${query}`, undefined, { Accept: accept });
  }

  /** Asks for records; they have to come with 200. */
  async read(query?: string): Promise<ReadRecord[]> {
    const answer = await this.records(this.#format, query);
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

interface Made {
  /** @default one of its own */
  readonly group?: string;
  readonly topics?: readonly string[];
  readonly partitions?: readonly { topic: string; partition: number }[];
}

/** An instance that shows JSON, begins at the earliest, and commits when it is told to, unless its config says else. */
export async function makeConsumer(
  { group = freshName('group'), topics, partitions }: Made = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<Consumer> {
  const made = await ask('POST', `/consumers/${group}`, {
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
  topic: string,
  partition: number,
  ...values: readonly unknown[]
): Promise<void> {
  const body = { records: values.map((value) => ({ value })) };
  const produced = await ask('POST', partitionPath(topic, partition), body, { 'Content-Type': JSON_V2 });
  expect(produced).toMatchObject({ status: 200 });
}
