import * as z from 'zod';

const bytes = z.coerce.number().int().min(1);
const count = z.coerce.number().int().min(1);
const milliseconds = (min: number) =>
  z.coerce
    .number()
    .int()
    .min(min)
    .max(2 ** 31 - 1);
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/**
 * Every config of the broker, with Kafka's names where Kafka has one. What stands here is obeyed; anything
 * else is refused by name.
 */
export const brokerConfigSchema = z
  .strictObject({
    'auto.create.topics.enable': flag
      .default(true)
      .describe('Make a topic at the first produce request to it.'),
    'num.partitions': count.max(10_000).default(1).describe('Partitions of a topic made without a number.'),
    'default.replication.factor': count.default(1).describe('Replicas of a topic made without a number.'),
    'message.max.bytes': bytes.default(1_048_588).describe('Largest record batch, as stored.'),
    'log.message.timestamp.type': z
      .enum(['CreateTime', 'LogAppendTime'])
      .default('CreateTime')
      .describe("Whether a record keeps its producer's time or gets the time of its append."),
    'socket.request.max.bytes': bytes.default(16 * 1024 * 1024).describe('Largest request body.'),
    'response.max.bytes': bytes
      .default(64 * 1024 * 1024)
      .describe(
        'Largest answer of records, as it is sent: it ends before a record that would make it longer.',
      ),
    'fetch.max.bytes': bytes
      .default(16 * 1024 * 1024)
      .describe('Largest max_bytes that a fetch may ask for.'),
    'max.partition.fetch.bytes': bytes.default(1024 * 1024).describe('max_bytes of a fetch that names none.'),
    'fetch.max.wait.ms': z.coerce
      .number()
      .int()
      .min(0)
      .default(500)
      .describe('timeout of a fetch that names none.'),
    'fetch.wait.limit.ms': z.coerce
      .number()
      .int()
      .min(0)
      .default(30_000)
      .describe('Longest timeout of a fetch.'),
    'request.records.max': count.default(10_000).describe('Records in one produce request.'),
    'request.partitions.max': count.default(1_000).describe('Partitions in one produce request.'),
    'record.headers.max': count.default(1_000).describe('Headers of one record.'),
    'record.key.max.bytes': bytes.default(256 * 1024).describe('Largest key of a record.'),
    'record.value.max.bytes': bytes.default(1_048_588).describe('Largest value of a record.'),
    'idempotency.key.retention.ms': z.coerce
      .number()
      .int()
      .min(60_000)
      .default(24 * 60 * 60 * 1000)
      .describe('How long the result of a request with an Idempotency-Key is kept.'),
    'group.consumer.session.timeout.ms': milliseconds(1)
      .default(45_000)
      .describe('How long a member of a consumer group may be silent before it loses its partitions.'),
    'group.consumer.heartbeat.interval.ms': milliseconds(1)
      .default(5_000)
      .describe('How often a member of a consumer group shall be heard of.'),
    'group.consumer.max.size': count.default(1_000).describe('Members of one consumer group.'),
    'offsets.retention.minutes': count
      .default(7 * 24 * 60)
      .describe('How long a group without members keeps its committed offsets.'),
    'offset.metadata.max.bytes': z.coerce
      .number()
      .int()
      .min(0)
      .max(32_768)
      .default(4_096)
      .describe('Largest metadata of a committed offset.'),
    'consumer.instance.timeout.ms': milliseconds(1_000)
      .default(300_000)
      .describe('How long a consumer instance of REST v2 may be idle before it goes.'),
    'consumer.request.timeout.ms': milliseconds(0)
      .default(1_000)
      .describe('How long a consumer instance waits for records when neither it nor the request says.'),
    'batch.decompressed.max.bytes': bytes
      .default(16 * 1024 * 1024)
      .describe('Largest size to which a compressed batch may grow.'),
  })
  .refine(
    (config) => config['group.consumer.heartbeat.interval.ms'] < config['group.consumer.session.timeout.ms'],
    {
      path: ['group.consumer.heartbeat.interval.ms'],
      message: 'has to be shorter than group.consumer.session.timeout.ms',
    },
  );

export type BrokerConfig = z.output<typeof brokerConfigSchema>;
