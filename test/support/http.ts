/** Requests to a broker, as short as tests want them. */

export const JSON_V2 = 'application/vnd.kafka.json.v2+json';
export const BINARY_V2 = 'application/vnd.kafka.binary.v2+json';
export const RECORD_BATCH = 'application/vnd.kafka.recordbatch';

export interface ProduceAnswer {
  readonly offsets: readonly {
    readonly partition: number | null;
    readonly offset: number | null;
    readonly error_code: number | null;
    readonly error: string | null;
  }[];
  readonly error_code?: number;
  readonly message?: string;
}

export interface FetchedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: unknown;
  readonly value: unknown;
}

export async function produceJson(
  url: string,
  topic: string,
  records: readonly { key?: unknown; value: unknown; partition?: number }[],
): Promise<{ status: number; answer: ProduceAnswer }> {
  const body = JSON.stringify({ records });
  const response = await fetch(`${url}/topics/${topic}`, {
    method: 'POST',
    headers: { 'Content-Type': JSON_V2 },
    body,
  });
  return { status: response.status, answer: (await response.json()) as ProduceAnswer };
}

export async function produceBatch(
  url: string,
  topic: string,
  partition: number,
  batch: Uint8Array,
): Promise<{ status: number; answer: ProduceAnswer }> {
  const response = await fetch(`${url}/topics/${topic}/partitions/${partition}`, {
    method: 'POST',
    headers: { 'Content-Type': RECORD_BATCH },
    body: batch as Uint8Array<ArrayBuffer>,
  });
  return { status: response.status, answer: (await response.json()) as ProduceAnswer };
}

/** All records of a partition from an offset up to its end, as JSON. */
export async function fetchAll(url: string, topic: string, partition: number): Promise<FetchedRecord[]> {
  const all: FetchedRecord[] = [];
  for (;;) {
    const offset = all.length === 0 ? 'earliest' : (all.at(-1)?.offset ?? 0) + 1;
    const path = `/topics/${topic}/partitions/${partition}/records?offset=${offset}&timeout=0`;
    const response = await fetch(url + path, { headers: { Accept: JSON_V2 } });
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    const records = (await response.json()) as FetchedRecord[];
    if (records.length === 0) return all;
    all.push(...records);
  }
}

export async function createTopic(url: string, name: string, partitions: number): Promise<void> {
  const clusters = await fetch(`${url}/v3/clusters`);
  const { data } = (await clusters.json()) as { data: { cluster_id: string }[] };
  const response = await fetch(`${url}/v3/clusters/${data[0]?.cluster_id}/topics`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ topic_name: name, partitions_count: partitions }),
  });
  if (!response.ok) throw new Error(`cannot create ${name}: ${await response.text()}`);
}

export async function newProducer(url: string): Promise<{ producerId: number; producerEpoch: number }> {
  const response = await fetch(`${url}/producers`, { method: 'POST' });
  if (!response.ok) throw new Error(`no producer id: ${await response.text()}`);
  const made = (await response.json()) as { producer_id: number; producer_epoch: number };
  return { producerId: made.producer_id, producerEpoch: made.producer_epoch };
}
