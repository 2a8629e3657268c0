import { consumeRoutes } from '../lib/api/routes/consume.ts';
import { createHandler } from '../lib/lambda/handler.ts';

/** Answers what members of consumer groups, and consumer instances, do. */
export const handler = createHandler({ name: 'consume', routes: consumeRoutes, environment: process.env });
