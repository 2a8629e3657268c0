import type { Dispatcher } from 'undici';
import { contentTypes, type Format } from '../bodies.ts';

/** A fetch with the broker's own defaults for all that is not given. */
export function fetchRequest(
  format: Format,
  path: { readonly prefix?: string; readonly topic: string; readonly partition: number },
  query: Readonly<Record<string, number>>,
): Dispatcher.DispatchOptions {
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return {
    method: 'GET',
    path: `${path.prefix ?? ''}/topics/${path.topic}/partitions/${path.partition}/records?${parameters.join('&')}`,
    headers: ['accept', contentTypes[format]],
  };
}
