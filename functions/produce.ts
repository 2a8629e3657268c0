import { produceRoutes } from '../lib/api/routes/produce.ts';
import { createHandler } from '../lib/lambda/handler.ts';

/** Answers what appends records. */
export const handler = createHandler({ name: 'produce', routes: produceRoutes, environment: process.env });
