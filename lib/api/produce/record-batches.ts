import type { BrokerConfig } from '../../cluster/broker-config.ts';
import type { EffectiveTopicConfig } from '../../cluster/topic-configs.ts';
import type { BatchHeader } from '../../kafka/batch-header.ts';
import { KafkaError } from '../../kafka/errors.ts';
import {
  type RecordBatch,
  setLogAppendTime,
  setMaxTimestamp,
  splitBatches,
} from '../../kafka/record-batch.ts';
import { validateRecords } from '../../kafka/validate-records.ts';
import { checkRecordCount } from './incoming-record.ts';

const NO_PRODUCER_ID = -1;

/** What Kafka's broker refuses in a client's batch before it looks at the records. */
function checkHeader(header: BatchHeader, topicConfig: EffectiveTopicConfig): void {
  const bytesMax = topicConfig['max.message.bytes'];
  if (header.sizeInBytes > bytesMax) {
    throw new KafkaError(
      'MESSAGE_TOO_LARGE',
      `it has ${header.sizeInBytes} bytes, above the topic's max.message.bytes of ${bytesMax}`,
    );
  }
  if (header.isControl) throw new KafkaError('INVALID_RECORD', 'clients may not write control batches');
  if (header.isTransactional) throw new KafkaError('INVALID_RECORD', 'transactions are not supported');
  if (header.producerId !== NO_PRODUCER_ID && (header.producerId < 0 || header.producerEpoch < 0)) {
    throw new KafkaError('INVALID_RECORD', 'producer id and epoch must not be negative');
  }
  if (header.producerId !== NO_PRODUCER_ID && header.baseSequence < 0) {
    throw new KafkaError('INVALID_RECORD', `its producer id needs a sequence, not ${header.baseSequence}`);
  }
  if (header.timestampType === 'LogAppendTime') {
    throw new KafkaError('INVALID_TIMESTAMP', 'the timestamp type LogAppendTime is for the broker to set');
  }
}

/** Checks one batch and stamps it as the topic wants, in place. */
function admit({ header, bytes }: RecordBatch, limits: Limits, nowMs: number): void {
  const { config, topicConfig } = limits;
  checkHeader(header, topicConfig);
  const { maxTimestamp } = validateRecords(bytes, {
    decompressedBytesMax: config['batch.decompressed.max.bytes'],
    headersMax: config['record.headers.max'],
    keyBytesMax: config['record.key.max.bytes'],
    valueBytesMax: config['record.value.max.bytes'],
  });
  if (topicConfig['message.timestamp.type'] === 'LogAppendTime') setLogAppendTime(bytes, nowMs);
  else if (maxTimestamp !== header.maxTimestamp) setMaxTimestamp(bytes, 'CreateTime', maxTimestamp);
}

export interface Limits {
  readonly config: BrokerConfig;
  readonly topicConfig: EffectiveTopicConfig;
}

/**
 * The batches of a body (magic 2, one behind the other), each as the log may store it. The records stay as they
 * came, compressed or not; only a header's greatest timestamp is put right, as Kafka's broker does.
 *
 * @throws KafkaError as `splitBatches` and `validateRecords` do, INVALID_RECORD, INVALID_TIMESTAMP,
 *   MESSAGE_TOO_LARGE; ApiError 413 for too many records. All of them before anything is appended.
 */
export function admitBatches(body: Uint8Array, limits: Limits, nowMs: number): Uint8Array[] {
  const batches = splitBatches(body);
  const recordCount = batches.reduce((sum, { header }) => sum + Math.max(header.recordCount, 0), 0);
  checkRecordCount(recordCount, limits.config);
  batches.forEach((batch, index) => {
    try {
      admit(batch, limits, nowMs);
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      throw new KafkaError(error.error, `Record batch ${index}: ${error.message}.`, { cause: error });
    }
  });
  return batches.map(({ bytes }) => bytes);
}
