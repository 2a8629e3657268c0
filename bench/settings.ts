import type { Extent } from './generator/jobs.ts';

/** How long, and how much. */
export interface Settings {
  readonly extent: Extent;
  readonly ceilingExtent: Extent & { readonly kind: 'time' };
  readonly latencyDurationMs: number;
  readonly readBytes: number;
  readonly footprintBytes: number;
  readonly filledFolderBytes: number;
  readonly settleMs: number;
  readonly starts: number;
  readonly batchLevels: readonly number[];
  readonly probeSamples: number;
  /** How often a crowd joins, and how often a member dies. */
  readonly groupRounds: number;
}

const full: Settings = {
  extent: { kind: 'time', warmUpMs: 1500, durationMs: 3000 },
  ceilingExtent: { kind: 'time', warmUpMs: 500, durationMs: 1500 },
  latencyDurationMs: 10_000,
  readBytes: 500e6,
  footprintBytes: 2e9,
  filledFolderBytes: 1e9,
  settleMs: 5000,
  starts: 7,
  batchLevels: [1e3, 1e4, 1e5, 1e6],
  probeSamples: 500,
  groupRounds: 5,
};

const quick: Settings = {
  extent: { kind: 'time', warmUpMs: 500, durationMs: 1000 },
  ceilingExtent: { kind: 'time', warmUpMs: 200, durationMs: 500 },
  latencyDurationMs: 2000,
  readBytes: 100e6,
  footprintBytes: 200e6,
  filledFolderBytes: 100e6,
  settleMs: 1000,
  starts: 3,
  batchLevels: [1e3, 1e4],
  probeSamples: 200,
  groupRounds: 2,
};

/** `seconds` replaces the measured time of the closed loops, not that of their ceilings. */
export function settingsFor(options: {
  readonly quick: boolean;
  readonly seconds: number | undefined;
}): Settings {
  const settings = options.quick ? quick : full;
  if (options.seconds === undefined || settings.extent.kind !== 'time') return settings;
  return { ...settings, extent: { ...settings.extent, durationMs: options.seconds * 1000 } };
}
