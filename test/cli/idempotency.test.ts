import { expect, test } from 'vitest';
import { type BrokerProcess, startBroker } from '../support/broker-process.ts';
import { createTopic, fetchAll, JSON_V2, type ProduceAnswer } from '../support/http.ts';
import { pickSeed, seededRandom } from '../support/random.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROUNDS = 12;
const WRITERS = 16;
const PARTITIONS = 3;
const REQUESTS_A_ROUND_MAX = 100;
const TOPIC = 'load';
/** Too large to go inline. */
const LARGE_BYTES = 200_000;

interface KeyedRequest {
  readonly key: string;
  readonly body: string;
  readonly values: readonly string[];
}

/** As a client does that minds the draft: under one key until it is answered, in whatever life of the broker. */
class Writer {
  readonly answered: { readonly request: KeyedRequest; readonly places: readonly string[] }[] = [];
  readonly #name: string;
  readonly #random: () => number;
  #count = 0;
  #open: KeyedRequest | undefined;

  constructor(name: string, random: () => number) {
    this.#name = name;
    this.#random = random;
  }

  async send(url: string): Promise<void> {
    this.#open ??= this.#next();
    const places = await post(url, this.#open);
    this.answered.push({ request: this.#open, places });
    this.#open = undefined;
  }

  get openRequest(): KeyedRequest | undefined {
    return this.#open;
  }

  #next(): KeyedRequest {
    const values = Array.from({ length: 1 + Math.floor(this.#random() * 4) }, () => {
      const filling = this.#random() < 0.05 ? 'x'.repeat(LARGE_BYTES) : '';
      return `${this.#name}-${this.#count++}${filling}`;
    });
    const records = values.map((value) => {
      const partition = Math.floor(this.#random() * (PARTITIONS + 1));
      return partition < PARTITIONS ? { value, partition } : { value };
    });
    return { key: `"${this.#name}/${this.#count}"`, body: JSON.stringify({ records }), values };
  }
}

async function post(url: string, { key, body }: KeyedRequest): Promise<string[]> {
  const response = await fetch(`${url}/topics/${TOPIC}`, {
    method: 'POST',
    headers: { 'Content-Type': JSON_V2, 'Idempotency-Key': key },
    body,
  });
  const answer = (await response.json()) as ProduceAnswer;
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer.offsets.map(({ partition, offset }) => `${partition}/${offset}`);
}

/** All writers at once; the kill comes with one of the requests, while others are at any point of theirs. */
async function loadAndKill({ url, process }: BrokerProcess, writers: readonly Writer[], requests: number) {
  let left = requests;
  let isKilled = false;
  const write = async (writer: Writer): Promise<void> => {
    while (!isKilled) {
      left -= 1;
      if (left === 0) {
        isKilled = true;
        process.child.kill('SIGKILL');
      }
      try {
        await writer.send(url);
      } catch (error) {
        if (!isKilled) throw error;
        return;
      }
    }
  };
  await Promise.all(writers.map(write));
  expect((await process.ended).signal).toBe('SIGKILL');
}

test(`requests under keys are stored once through ${ROUNDS} kills, and repeats get the offsets of the first`, async () => {
  const random = seededRandom(pickSeed());
  const folder = await tempFolder();
  const writers = Array.from({ length: WRITERS }, (_, at) => new Writer(`writer-${at}`, random));
  let broker = await startBroker(folder);
  await createTopic(broker.url, TOPIC, PARTITIONS);
  let interrupted = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await loadAndKill(broker, writers, WRITERS + Math.floor(random() * REQUESTS_A_ROUND_MAX));
    interrupted += writers.filter(({ openRequest }) => openRequest !== undefined).length;
    broker = await startBroker(folder);
  }
  for (const writer of writers) if (writer.openRequest !== undefined) await writer.send(broker.url);

  const stored = new Map<string, string>();
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    for (const { offset, value } of await fetchAll(broker.url, TOPIC, partition)) {
      expect(stored.has(String(value)), `${String(value).slice(0, 40)} is there twice`).toBe(false);
      stored.set(String(value), `${partition}/${offset}`);
    }
  }
  const answered = writers.flatMap((writer) => writer.answered);
  expect(interrupted).toBeGreaterThan(0);
  expect(stored.size).toBe(answered.reduce((sum, { request }) => sum + request.values.length, 0));
  for (const { request, places } of answered)
    expect(request.values.map((value) => stored.get(value))).toEqual(places);
  for (const { request, places } of answered.slice(-20))
    expect(await post(broker.url, request)).toEqual(places);
}, 120_000);
