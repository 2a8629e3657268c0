import { z } from 'zod';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';

/** A new producer begins with it; only transactions would ever raise it. */
const FIRST_EPOCH = 0;

export const initProducerId = defineRoute({
  method: 'post',
  path: '/producers',
  dialect: 'v2',
  summary: 'Get a producer id and epoch, to write record batches idempotently (KIP-98 InitProducerId).',
  params: noParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: {
    200: {
      description: 'An id that nobody else has.',
      schema: z.object({ producer_id: z.int(), producer_epoch: z.int() }),
    },
  },
  async handle(call) {
    return call.json({ producer_id: await call.api.broker.producerIds.next(), producer_epoch: FIRST_EPOCH });
  },
});
