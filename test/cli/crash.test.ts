import { expect, test } from 'vitest';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { type BrokerProcess, startBroker } from '../support/broker-process.ts';
import { createTopic, fetchAll, newProducer, produceBatch, produceJson } from '../support/http.ts';
import { pickSeed, seededRandom } from '../support/random.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROUNDS = 20;
const TOPIC = 'load';
const PARTITIONS = 3;
const ACKNOWLEDGEMENTS_A_ROUND_MAX = 60;
/** Too large to go inline: it becomes an object file of its own. */
const LARGE_BYTES = 200_000;

interface Acknowledged {
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

type Random = () => number;

/** What one writer sends next, until the broker is gone. */
interface Writer {
  /** Sends one request; rejects when no answer came. @returns the records that it acknowledged. */
  send(url: string): Promise<Acknowledged[]>;
}

const below = (limit: number, random: Random): number => Math.floor(random() * limit);

/** Values that occur once in the whole test; now and then one that fills an object. */
function valueMaker(name: string, random: Random): () => string {
  let count = 0;
  return () => `${name}-${count++}${random() < 0.05 ? 'x'.repeat(LARGE_BYTES) : ''}`;
}

function assertAnswered(status: number, answer: unknown): void {
  if (status !== 200) throw new Error(`answered ${status}: ${JSON.stringify(answer)}`);
}

function jsonWriter(name: string, random: Random): Writer {
  const nextValue = valueMaker(name, random);
  return {
    async send(url) {
      const records = Array.from({ length: 1 + below(5, random) }, () => ({
        value: nextValue(),
        partition: below(PARTITIONS, random),
      }));
      const { status, answer } = await produceJson(url, TOPIC, records);
      assertAnswered(status, answer);
      return records.map(({ value, partition }, at) => {
        const offset = answer.offsets[at]?.offset;
        if (typeof offset !== 'number') throw new Error(`no offset: ${JSON.stringify(answer)}`);
        return { partition, offset, value };
      });
    },
  };
}

const encode = (values: readonly string[], options = {}): Uint8Array =>
  encodeRecordBatch(
    values.map((value) => ({ timestamp: 1, key: null, value: Buffer.from(JSON.stringify(value)) })),
    options,
  );

function acknowledge(values: readonly string[], partition: number, baseOffset: number): Acknowledged[] {
  return values.map((value, at) => ({ partition, offset: baseOffset + at, value }));
}

function batchWriter(name: string, random: Random): Writer {
  const nextValue = valueMaker(name, random);
  return {
    async send(url) {
      const partition = below(PARTITIONS, random);
      const values = Array.from({ length: 1 + below(5, random) }, nextValue);
      const { status, answer } = await produceBatch(url, TOPIC, partition, encode(values));
      assertAnswered(status, answer);
      return acknowledge(values, partition, Number(answer.offsets[0]?.offset));
    },
  };
}

/** Sends the batch again whose answer it missed, in whatever life of the broker; it is stored once. */
function idempotentWriter(name: string, random: Random): Writer {
  const nextValue = valueMaker(name, random);
  const sequences = Array.from({ length: PARTITIONS }, () => 0);
  let producer: Awaited<ReturnType<typeof newProducer>> | undefined;
  let unanswered: { values: string[]; partition: number } | undefined;
  return {
    async send(url) {
      producer ??= await newProducer(url);
      unanswered ??= {
        values: Array.from({ length: 1 + below(5, random) }, nextValue),
        partition: below(PARTITIONS, random),
      };
      const { values, partition } = unanswered;
      const baseSequence = sequences[partition] ?? 0;
      const batch = encode(values, { ...producer, baseSequence });
      const { status, answer } = await produceBatch(url, TOPIC, partition, batch);
      assertAnswered(status, answer);
      unanswered = undefined;
      sequences[partition] = baseSequence + values.length;
      return acknowledge(values, partition, Number(answer.offsets[0]?.offset));
    },
  };
}

/** All writers at once, until so many acknowledgements have been seen; then the kill, in that very moment. */
async function loadAndKill(
  { url, process }: BrokerProcess,
  writers: readonly Writer[],
  acknowledgementsBefore: number,
): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  let answers = 0;
  let isKilled = false;
  const write = async (writer: Writer): Promise<void> => {
    while (!isKilled) {
      try {
        acknowledged.push(...(await writer.send(url)));
      } catch (error) {
        // Without a kill there is no excuse.
        if (!isKilled) throw error;
        return;
      }
      if (++answers === acknowledgementsBefore) {
        isKilled = true;
        process.child.kill('SIGKILL');
      }
    }
  };
  await Promise.all(writers.map(write));
  expect((await process.ended).signal).toBe('SIGKILL');
  return acknowledged;
}

test(`what was acknowledged is there after ${ROUNDS} kills, once and where it was acknowledged`, async () => {
  const random = seededRandom(pickSeed());
  const folder = await tempFolder();
  const writers = ['a', 'b'].flatMap((name) => [
    jsonWriter(`json-${name}`, random),
    batchWriter(`batch-${name}`, random),
    idempotentWriter(`idempotent-${name}`, random),
  ]);
  const acknowledged: Acknowledged[] = [];

  let broker = await startBroker(folder);
  await createTopic(broker.url, TOPIC, PARTITIONS);
  for (let round = 0; round < ROUNDS; round++) {
    const moment = 1 + below(ACKNOWLEDGEMENTS_A_ROUND_MAX, random);
    acknowledged.push(...(await loadAndKill(broker, writers, moment)));
    broker = await startBroker(folder);
  }

  const stored = new Map<string, string>();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const records = await fetchAll(broker.url, TOPIC, partition);
    expect(records.map(({ offset }) => offset)).toEqual(records.map((_, at) => at));
    for (const { offset, value } of records) {
      expect(stored.has(String(value)), `${String(value).slice(0, 40)} is there twice`).toBe(false);
      stored.set(String(value), `${partition}/${offset}`);
    }
  }
  expect(acknowledged.length).toBeGreaterThan(ROUNDS);
  const lost = acknowledged.filter(
    ({ partition, offset, value }) => stored.get(value) !== `${partition}/${offset}`,
  );
  expect(lost.map(({ value, ...place }) => ({ ...place, value: value.slice(0, 40) }))).toEqual([]);
}, 120_000);
