import type { Configuration } from '../engine/configuration.ts';
import { patch } from '../mutants/patch-source.ts';
import { plain, roller } from '../scripts/broker-process.ts';
import { keyedAppender } from '../scripts/keyed-appender.ts';

const request = plain('a');

/** A request under an idempotency key, and its repeat that meets it half-way. */
export const keys: Configuration = {
  name: 'keys',
  about: 'a request under an idempotency key is repeated to another process while the first is at it',
  scripts: [keyedAppender('p1', request), keyedAppender('p2', request), roller("p1's roll")],
  limits: [
    patch('log/idempotency/append-partition.ts', 'ATTEMPTS_MAX = 10;', 'ATTEMPTS_MAX = 3;'),
    patch('log/idempotency/kept-requests.ts', 'RACES_MAX = 10;', 'RACES_MAX = 2;'),
  ],
  lateMax: 1,
  lateQuickMax: 0,
};
