import type { BrokerConfig } from '../../cluster/broker-config.ts';
import type { KafkaHeader } from '../../kafka/record.ts';
import { aboveLimit } from '../errors/api-error.ts';

/** A record as a client gave it, whatever format it came in. */
export interface IncomingRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly KafkaHeader[];
  /** Milliseconds since 1970; the time of the request when absent. */
  readonly timestamp: number | undefined;
  /** Chosen by key, or stickily, when absent. */
  readonly partition: number | undefined;
}

export const NO_HEADERS: readonly KafkaHeader[] = [];

/** @throws ApiError 413 when a record is larger than the broker takes. */
export function checkRecordLimits(record: IncomingRecord, index: number, config: BrokerConfig): void {
  const { key, value, headers } = record;
  const keyBytesMax = config['record.key.max.bytes'];
  if (key !== null && key.length > keyBytesMax) {
    throw aboveLimit(
      'record.key.max.bytes',
      `The key of record ${index} has ${key.length} bytes`,
      keyBytesMax,
    );
  }
  const valueBytesMax = config['record.value.max.bytes'];
  if (value !== null && value.length > valueBytesMax) {
    throw aboveLimit(
      'record.value.max.bytes',
      `The value of record ${index} has ${value.length} bytes`,
      valueBytesMax,
    );
  }
  const headersMax = config['record.headers.max'];
  if (headers.length > headersMax) {
    throw aboveLimit('record.headers.max', `Record ${index} has ${headers.length} headers`, headersMax);
  }
}

/** @throws ApiError 413 when a request holds more records than the broker takes. */
export function checkRecordCount(count: number, config: BrokerConfig): void {
  const max = config['request.records.max'];
  if (count > max) throw aboveLimit('request.records.max', `The request has ${count} records`, max);
}
