import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ANONYMOUS } from '../../../lib/api/auth/authenticator.ts';
import type { Need } from '../../../lib/api/auth/needs.ts';
import type { Route } from '../../../lib/api/http/route.ts';
import { between, tableOf, withRealAnswers } from '../documentation.ts';
import { documentedBroker } from '../documented-broker.ts';
import { everyRoute } from './every-route.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/acls.md', import.meta.url));

const typeNames = { TOPIC: 'Topic', GROUP: 'Group', CLUSTER: 'Cluster' };

const inWords = ({ operation, resourceType }: Need): string => `${typeNames[resourceType]} ${operation}`;

function needsOf({ isPublic, needs = {} }: Route): string {
  if (isPublic) return 'nothing: it answers anybody';
  const { path = [], more } = needs;
  const byPath = path.map(inWords).join(' and ');
  const all = [byPath, more ?? ''].filter((text) => text !== '');
  return all.length === 0 ? 'nothing more than to be authenticated' : all.join('; ');
}

test('docs/acls.md shows what each route needs, and real answers (vitest -u writes them)', async () => {
  const text = await readFile(DOCUMENT, 'utf8');
  const rows = everyRoute.map(({ name, route }) => [`\`${name}\``, needsOf(route)]);
  const table = tableOf([['request', 'its sender needs'], ...rows]);
  const written = text.replace(
    between('needs'),
    (_, before: string, after: string) => before + table + after,
  );
  const broker = await documentedBroker({ authorization: true, superUsers: [ANONYMOUS] });
  await expect(await withRealAnswers(written, broker)).toMatchFileSnapshot(DOCUMENT);
});
