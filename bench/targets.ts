import { matchesGlob } from 'node:path';
import type { CeilingName, Figure } from './figure.ts';
import { formatNumber } from './number-format.ts';

type Bound =
  | { readonly kind: 'atLeast'; readonly value: number }
  | { readonly kind: 'atMost'; readonly value: number }
  | { readonly kind: 'ofCeiling'; readonly ceiling: CeilingName; readonly ratio: number };

interface Target {
  /** Glob over the names of scenarios. */
  readonly scenario: string;
  readonly figure: string;
  readonly bound: Bound;
}

export interface Verdict {
  readonly wanted: string;
  readonly met: boolean;
}

const atLeast = (value: number): Bound => ({ kind: 'atLeast', value });
const atMost = (value: number): Bound => ({ kind: 'atMost', value });
const ofCeiling = (ceiling: CeilingName, ratio: number): Bound => ({ kind: 'ofCeiling', ceiling, ratio });

/** What the broker is to reach on two cores, the load generator included, everything fsynced. */
const targets: readonly Target[] = [
  { scenario: 'append/recordbatch/100x1KB/c64/*', figure: 'append', bound: atLeast(150) },
  { scenario: 'append/recordbatch/100x1KB/c64/*', figure: 'append', bound: ofCeiling('disk', 0.5) },
  { scenario: 'append/binary/100x1KB/c64/*', figure: 'append', bound: atLeast(80) },
  { scenario: 'append/binary/100x1KB/c64/*', figure: 'append', bound: ofCeiling('json', 0.4) },
  { scenario: 'append/*/1x1KB/c64/*', figure: 'append', bound: atLeast(8000) },
  { scenario: 'append/*/1x1KB/c64/*', figure: 'append', bound: ofCeiling('bare', 0.5) },
  { scenario: 'append/*/1x1KB/c1/*', figure: 'append', bound: atLeast(1200) },
  { scenario: 'read/recordbatch/*', figure: 'read', bound: atLeast(350) },
  { scenario: 'read/binary/*', figure: 'read', bound: atLeast(80) },
  { scenario: 'latency/**', figure: 'delivered p50', bound: atMost(4) },
  { scenario: 'latency/**', figure: 'delivered p99', bound: atMost(10) },
  { scenario: 'start/*', figure: 'first ack', bound: atMost(400) },
  { scenario: 'functions/bundle', figure: 'produce', bound: atMost(600) },
  { scenario: 'functions/start', figure: 'module start', bound: atMost(150) },
  { scenario: 'footprint', figure: 'peak memory', bound: atMost(300) },
  { scenario: 'footprint', figure: 'settled memory', bound: atMost(300) },
  { scenario: 'footprint', figure: 'disk used', bound: atMost(1.05) },
  { scenario: '{batches,flushes}', figure: 'append growth', bound: atMost(1.2) },
  { scenario: '{batches,flushes}', figure: 'fetch growth', bound: atMost(1.2) },
];

function judge(bound: Bound, { value, unit, ceilings }: Figure): Verdict | undefined {
  switch (bound.kind) {
    case 'atLeast':
      return { wanted: `at least ${formatNumber(bound.value)} ${unit}`, met: value >= bound.value };
    case 'atMost':
      return { wanted: `at most ${formatNumber(bound.value)} ${unit}`, met: value <= bound.value };
    case 'ofCeiling': {
      const ceiling = ceilings[bound.ceiling];
      if (ceiling === undefined) return undefined;
      return {
        wanted: `at least ${bound.ratio * 100} % of ${bound.ceiling}`,
        met: value >= ceiling * bound.ratio,
      };
    }
  }
}

/** Whether a figure reaches what is asked of it; empty when nothing is. */
export function verdictsOn(scenario: string, figure: Figure): Verdict[] {
  return targets
    .filter((target) => target.figure === figure.name && matchesGlob(scenario, target.scenario))
    .map(({ bound }) => judge(bound, figure))
    .filter((verdict) => verdict !== undefined);
}
