import * as z from 'zod';
import type { TopicPartition } from '../../../group/types.ts';
import { demandTopics, mayReadAll } from '../../auth/authorize.ts';
import { onGroup } from '../../auth/needs.ts';
import { ApiError, badParameter } from '../../errors/api-error.ts';
import { orNotFound } from '../../groups/named-partitions.ts';
import { V2_ANSWERS } from '../../http/media-types.ts';
import { defineRoute } from '../../http/route.ts';
import {
  consumesJson,
  instanceParameters,
  optionalBody,
  partitionsSchema,
  wholeJsonNumber,
} from './common.ts';

const PATH = '/consumers/{group}/instances/{instance}/offsets';

/** What is committed is one more, and has to be an offset too. */
const READ_OFFSET_MAX = Number.MAX_SAFE_INTEGER - 1;

const commitSchema = z.strictObject({
  offsets: z
    .array(
      z.strictObject({
        topic: z.string(),
        partition: wholeJsonNumber,
        offset: z
          .union(
            [
              z.int(),
              z
                .string()
                .regex(/^-?\d{1,16}$/)
                .transform(Number),
            ],
            'has to be a whole number',
          )
          .pipe(z.int().min(-1).max(READ_OFFSET_MAX))
          .describe('Of the last record that was read: the one behind it is committed.'),
        metadata: z.string().nullish().describe('Whatever the committer likes to keep with it.'),
      }),
    )
    .nullish()
    .describe('Everything read so far, when absent or empty.'),
});

export const commitConsumerOffsets = defineRoute({
  method: 'post',
  path: PATH,
  dialect: 'v2',
  needs: {
    path: [onGroup('READ')],
    more: 'Topic READ of each topic that it names, or, without names, that the instance reads',
  },
  summary: 'Commit offsets: those of a list, or everything that the consumer instance has read.',
  params: instanceParameters,
  query: z.strictObject({
    async: z
      .string()
      .optional()
      .describe("Confluent's; the answer comes when the commit stands all the same."),
  }),
  consumes: consumesJson(commitSchema),
  isBodyOptional: true,
  produces: V2_ANSWERS,
  answers: {
    200: { description: 'It stands. An empty list, as from Confluent.', schema: z.array(z.never()) },
  },
  async handle(call) {
    const { broker } = call.api;
    const given = (await optionalBody(call, commitSchema))?.offsets ?? [];
    await demandTopics(call, 'READ', given);
    const offsets = given.map(({ topic, partition, offset, metadata }) => ({
      topic,
      partition,
      offset: offset + 1,
      metadata: metadata ?? undefined,
    }));
    const { group, instance } = call.params;
    const toCommit = offsets.length === 0 ? undefined : offsets;
    const committed = broker.consumers.commit(group, instance, toCommit, mayReadAll(call));
    await orNotFound(broker, offsets, committed);
    return call.json([]);
  },
});

/** `quakes:0,quakes:1`. @throws ApiError 40002. */
function partitionsOf(text: string): TopicPartition[] {
  return text.split(',').map((each) => {
    const [, topic, partition] = /^([^:]+):(\d{1,10})$/.exec(each) ?? [];
    if (topic === undefined)
      throw badParameter(`Query parameter partitions is ${text}: it has to be like topic:0,topic:1.`);
    return { topic, partition: Number(partition) };
  });
}

export const getCommittedOffsets = defineRoute({
  method: 'get',
  path: PATH,
  dialect: 'v2',
  needs: { path: [onGroup('READ')], more: 'Topic DESCRIBE of each topic that it names' },
  summary: 'Read what the group has committed for partitions, whoever did.',
  params: instanceParameters,
  query: z.strictObject({
    partitions: z.string().optional().describe('Instead of the body: topic:0,topic:1.'),
  }),
  consumes: consumesJson(partitionsSchema),
  isBodyOptional: true,
  produces: V2_ANSWERS,
  answers: {
    200: {
      description: 'Partitions that nothing is committed for are left out.',
      schema: z.object({
        offsets: z.array(
          z.object({
            topic: z.string(),
            partition: z.int(),
            offset: z.int().describe('Of the next record to read.'),
            metadata: z.string(),
          }),
        ),
      }),
    },
  },
  async handle(call) {
    const { broker } = call.api;
    const { group, instance } = call.params;
    const body = await optionalBody(call, partitionsSchema);
    const inQuery = call.query.partitions;
    const partitions = body?.partitions ?? (inQuery === undefined ? undefined : partitionsOf(inQuery));
    // Confluent's answer to a question for nothing.
    if (partitions === undefined) {
      throw new ApiError(
        404,
        40402,
        'Partition not found: name partitions in the body, or as ?partitions=topic:0,topic:1.',
      );
    }
    await demandTopics(call, 'DESCRIBE', partitions);
    const committed = await orNotFound(
      broker,
      partitions,
      broker.consumers.committed(group, instance, partitions),
    );
    const offsets = committed.flatMap(({ topic, partition, offset, metadata }) =>
      offset === undefined ? [] : [{ topic, partition, offset, metadata }],
    );
    return call.json({ offsets });
  },
});
