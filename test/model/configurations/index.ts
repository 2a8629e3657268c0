import type { Configuration } from '../engine/configuration.ts';
import { append, fetch, pipeline, repeats, rolls } from './append.ts';
import { evictions, producerEpochs } from './evictions.ts';
import { garbage } from './garbage.ts';
import { keys } from './keys.ts';

export const configurations: readonly Configuration[] = [
  append,
  rolls,
  fetch,
  pipeline,
  evictions,
  producerEpochs,
  garbage,
  repeats,
  keys,
];
