import { loadOpenApi } from '../lib/api/load-openapi.ts';
import { adminRoutes } from '../lib/api/routes/admin.ts';
import { createHandler } from '../lib/lambda/handler.ts';

/** Answers everything else: topics, groups from outside, and what no other function takes. */
export const handler = createHandler({
  name: 'admin',
  routes: adminRoutes,
  environment: process.env,
  openApi: loadOpenApi,
});
