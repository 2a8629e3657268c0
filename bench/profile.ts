import { readFileSync } from 'node:fs';

/** A CPU profile as V8 writes it (`--cpu-prof`): a tree of calls, and which of them ran at each sample. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface Share {
  readonly name: string;
  selfMs: number;
  /** With all that it called; a function that calls itself counts once. */
  totalMs: number;
}

const TOP = 40;

function nameOf({ callFrame }: CpuProfile['nodes'][number]): string {
  const { functionName, url, lineNumber } = callFrame;
  const file = url.replace(/^.*\/(lib|node_modules)\//, '$1/');
  return `${functionName || '(anonymous)'} ${file === '' ? '' : `${file}:${lineNumber + 1}`}`.trim();
}

function selfTimes({ samples, timeDeltas }: CpuProfile): Map<number, number> {
  const selfMs = new Map<number, number>();
  samples.forEach((id, index) => {
    selfMs.set(id, (selfMs.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  });
  return selfMs;
}

/** Time of each function, on its own and with all that it called. */
function shares(profile: CpuProfile): Share[] {
  const selfMs = selfTimes(profile);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const byName = new Map<string, Share>();
  const visit = (id: number, callers: ReadonlySet<string>): number => {
    const node = nodes.get(id);
    if (node === undefined) throw new Error(`the profile has no node ${id}`);
    const name = nameOf(node);
    const share = byName.get(name) ?? { name, selfMs: 0, totalMs: 0 };
    byName.set(name, share);
    const withMe = new Set(callers).add(name);
    const own = selfMs.get(id) ?? 0;
    const total = (node.children ?? []).reduce((sum, child) => sum + visit(child, withMe), own);
    share.selfMs += own;
    if (!callers.has(name)) share.totalMs += total;
    return total;
  };
  const [root] = profile.nodes;
  if (root !== undefined) visit(root.id, new Set());
  return [...byName.values()];
}

function print(title: string, sorted: readonly Share[], busyMs: number): void {
  const percent = (ms: number): string => `${((ms / busyMs) * 100).toFixed(1).padStart(5)} %`;
  process.stdout.write(`\n${title}\n   self    total\n`);
  for (const { name, selfMs, totalMs } of sorted.slice(0, TOP)) {
    process.stdout.write(`${percent(selfMs)}  ${percent(totalMs)}  ${name}\n`);
  }
}

// Prints where the time of a profile went: `node bench/profile.ts <file>`. Percentages leave out idle time.
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('name a .cpuprofile, as --profile leaves them');
const all = shares(JSON.parse(readFileSync(file, 'utf8')));
const idleMs = all.find(({ name }) => name === '(idle)')?.selfMs ?? 0;
const busyMs = all.reduce((sum, { selfMs }) => sum + selfMs, -idleMs);
process.stdout.write(`busy ${Math.round(busyMs)} ms, idle ${Math.round(idleMs)} ms\n`);
const busy = all.filter(({ name }) => name !== '(idle)' && name !== '(root)');
print(
  'by self time',
  busy.toSorted((left, right) => right.selfMs - left.selfMs),
  busyMs,
);
print(
  'by total time',
  busy.toSorted((left, right) => right.totalMs - left.totalMs),
  busyMs,
);
