import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Edit } from '../../support/edit-source.ts';
import type * as Subject from '../engine/subject.ts';
import { patchSource } from './patch-source.ts';

const ROOT = new URL('../../../', import.meta.url).href;
const LIB = `${ROOT}lib/`;
const SUBJECT = new URL('../engine/subject.ts', import.meta.url).href;

const patchesOf = new Map<string, readonly Edit[]>();
const applied = new Set<Edit>();

/**
 * The subject with patches in it: the module and everything of `lib/` behind it once more, beside the sound ones.
 * The sources on the disk stay as they are. Only for Node itself: a test runner that loads modules its own way does
 * not pass by here.
 *
 * @throws Error when a patch does not fit its source: the code has changed, and the patch has to follow.
 */
export async function loadSubject(name: string, patches: readonly Edit[]): Promise<typeof Subject> {
  if (patchesOf.size === 0) registerHooks({ resolve: keepName, load: patch });
  patchesOf.set(name, patches);
  const subject: typeof Subject = await import(`${SUBJECT}?mutant=${encodeURIComponent(name)}`);
  const missed = patches.find((one) => !applied.has(one));
  if (missed !== undefined) throw new Error(`${name}: the model does not load ${missed.file}`);
  return subject;
}

type Hooks = Parameters<typeof registerHooks>[0];

/** Whatever a mutant's modules import of `lib/` belongs to the mutant too. */
const keepName: NonNullable<Hooks['resolve']> = (specifier, context, nextResolve) => {
  const resolved = nextResolve(specifier, context);
  const mutant = context.parentURL && new URL(context.parentURL).searchParams.get('mutant');
  if (!mutant || !resolved.url.startsWith(LIB) || resolved.url.includes('?')) return resolved;
  return { ...resolved, url: `${resolved.url}?mutant=${encodeURIComponent(mutant)}` };
};

const patch: NonNullable<Hooks['load']> = (url, context, nextLoad) => {
  const mutant = new URL(url).searchParams.get('mutant');
  if (mutant === null || !url.startsWith(LIB)) return nextLoad(url, context);
  const file = url.slice(ROOT.length, url.indexOf('?'));
  const patches = patchesOf.get(mutant)?.filter((one) => one.file === file) ?? [];
  if (patches.length === 0) return nextLoad(url, context);
  const source = readFileSync(fileURLToPath(ROOT + file), 'utf8');
  for (const one of patches) applied.add(one);
  return { format: 'module-typescript', shortCircuit: true, source: patchSource(mutant, source, patches) };
};
