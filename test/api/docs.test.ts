import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { allRoutes } from '../../lib/api/routes/all.ts';
import { V3_PREFIXES } from '../../lib/api/routes/route-set.ts';

import { withRealAnswers } from './documentation.ts';
import { documentedBroker } from './documented-broker.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/api.md', import.meta.url));

test('docs/api.md shows real answers, the error table and the limits (vitest -u writes them)', async () => {
  const broker = await documentedBroker();
  const text = await readFile(DOCUMENT, 'utf8');
  await expect(await withRealAnswers(text, broker)).toMatchFileSnapshot(DOCUMENT);
});

test('docs/api.md names every route', async () => {
  const text = await readFile(DOCUMENT, 'utf8');
  const v3 = allRoutes.v3.map(({ method, path }) => `${method} ${V3_PREFIXES[0]}${path}`);
  const routes = [...allRoutes.unversioned.map(({ method, path }) => `${method} ${path}`), ...v3];
  for (const route of routes)
    expect(text).toContain(`\`${route.replace(/^[a-z]+/, (name) => name.toUpperCase())}\``);
});
