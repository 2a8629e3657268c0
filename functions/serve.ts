import { loadOpenApi } from '../lib/api/load-openapi.ts';
import { allRoutes } from '../lib/api/routes/all.ts';
import { serveWebFunction } from '../lib/lambda/web-function.ts';

// The whole API as a Lambda Web Function. Lambda runs this file, and tells it where to listen.
await serveWebFunction({ routes: allRoutes, environment: process.env, openApi: loadOpenApi });
