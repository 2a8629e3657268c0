/** The Web Function's process, as functions/serve.ts is, on stores in a folder: its argument. */
import { loadOpenApi } from '../../lib/api/load-openapi.ts';
import { allRoutes } from '../../lib/api/routes/all.ts';
import { serveWebFunction } from '../../lib/lambda/web-function.ts';
import { openEmbeddedStores } from '../../lib/storage/embedded.ts';

const [folder = ''] = process.argv.slice(2);
const stores = await openEmbeddedStores(folder);
await serveWebFunction({ routes: allRoutes, environment: process.env, openApi: loadOpenApi, stores });
