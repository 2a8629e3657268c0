import { fetchRoutes } from '../lib/api/routes/fetch.ts';
import { createHandler } from '../lib/lambda/handler.ts';

/** Answers what reads partitions. */
export const handler = createHandler({ name: 'fetch', routes: fetchRoutes, environment: process.env });
