import { readFileSync, realpathSync, statfsSync } from 'node:fs';
import { cpus, release, type as systemName, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  /** Device, kind of file system and its options, of the folder that the broker writes to. */
  readonly disk: string;
  readonly diskFreeBytes: number;
  readonly versions: Readonly<Record<string, string>>;
}

const packageVersion = (path: string): string => {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
  return manifest.version;
};

/** The mount that holds `folder` (proc(5), `mounts`): the one with the longest path that leads to it. */
function mountOf(folder: string): string {
  const path = realpathSync(folder);
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, point = '']) => point === '/' || path === point || path.startsWith(`${point}/`));
  mounts.sort(([, left = ''], [, right = '']) => right.length - left.length);
  const [device = '?', point = '?', kind = '?', options = '?'] = mounts[0] ?? [];
  return `${device} on ${point}, ${kind} (${options})`;
}

/** What the figures were taken on. */
export function describeMachine(folder: string): Machine {
  const { bavail, bsize } = statfsSync(folder);
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: `${systemName()} ${release()}`,
    disk: mountOf(folder),
    diskFreeBytes: bavail * bsize,
    versions: {
      rivulet: packageVersion('../package.json'),
      node: process.version,
      v8: process.versions.v8,
      sqlite: process.versions.sqlite ?? 'unknown',
      undici: packageVersion('../node_modules/undici/package.json'),
    },
  };
}
