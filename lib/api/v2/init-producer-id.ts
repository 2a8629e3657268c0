import * as z from 'zod';
import { clusterAction, demand } from '../auth/authorize.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';

/** A new producer begins with it; only transactions would ever raise it. */
const FIRST_EPOCH = 0;

export const initProducerId = defineRoute({
  method: 'post',
  path: '/producers',
  dialect: 'v2',
  needs: { more: 'Cluster IDEMPOTENT_WRITE, or WRITE on any topic' },
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
    const { authorizer } = call.api;
    // KIP-679: who may write anywhere may do so idempotently.
    const mayWrite = await authorizer?.authorizeByResourceType(call.principal, 'WRITE', 'TOPIC');
    if (mayWrite !== true) await demand(call, [clusterAction('IDEMPOTENT_WRITE')]);
    return call.json({ producer_id: await call.api.broker.producerIds.next(), producer_epoch: FIRST_EPOCH });
  },
});
