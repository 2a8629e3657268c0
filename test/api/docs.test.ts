import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { unversionedRoutes, V3_PREFIXES, v3Routes } from '../../lib/api/routes.ts';
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
  const v3 = v3Routes.map(({ method, path }) => `${method} ${V3_PREFIXES[0]}${path}`);
  const routes = [...unversionedRoutes.map(({ method, path }) => `${method} ${path}`), ...v3];
  for (const route of routes)
    expect(text).toContain(`\`${route.replace(/^[a-z]+/, (name) => name.toUpperCase())}\``);
});
