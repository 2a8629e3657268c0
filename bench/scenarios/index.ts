import type { Scenario } from '../scenario.ts';
import { appendScenarios } from './append.ts';
import { batchScenarios } from './batches.ts';
import { footprintScenarios } from './footprint.ts';
import { functionScenarios } from './functions.ts';
import { groupScenarios } from './groups.ts';
import { latencyScenarios } from './latency.ts';
import { readScenarios } from './read.ts';
import { startScenarios } from './start.ts';

/** All scenarios in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  ...appendScenarios,
  ...readScenarios,
  ...latencyScenarios,
  ...startScenarios,
  ...footprintScenarios,
  ...functionScenarios,
  ...groupScenarios,
  ...batchScenarios,
];
