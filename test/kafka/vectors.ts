import { readFileSync } from 'node:fs';

/** Record batches that Kafka's own Java client made, with what it reads out of them. Bytes are hex. */
export interface BatchVector {
  readonly name: string;
  readonly bytes: string;
  readonly batches: readonly {
    readonly baseOffset: number;
    readonly lastOffset: number;
    readonly sizeInBytes: number;
    readonly partitionLeaderEpoch: number;
    readonly crc: number;
    readonly compression: string;
    readonly timestampType: string;
    readonly maxTimestamp: number;
    readonly producerId: number;
    readonly producerEpoch: number;
    readonly baseSequence: number;
    readonly isTransactional: boolean;
    readonly isControl: boolean;
    readonly deleteHorizonMs: number | null;
    readonly records: readonly {
      readonly offset: number;
      readonly timestamp: number;
      readonly key: string | null;
      readonly value: string | null;
      readonly headers: readonly (readonly [string, string | null])[];
    }[];
  }[];
}

export interface Murmur2Vector {
  readonly key: string;
  readonly murmur2: number;
  readonly partitionOf: Readonly<Record<string, number>>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`vectors/${name}`, import.meta.url), 'utf8'));

export const batchVectors = read('record-batches.json') as readonly BatchVector[];
export const murmur2Vectors = read('murmur2.json') as readonly Murmur2Vector[];
