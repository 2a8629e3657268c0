import type { Configuration } from '../engine/configuration.ts';
import { appender, plain, roller } from '../scripts/broker-process.ts';
import { collector } from '../scripts/garbage-collector.ts';

/** Garbage collection, by the steps that the design gives it, takes objects that nobody refers to. */
export const garbage: Configuration = {
  name: 'garbage',
  about: 'garbage collection meets two appends and a roll, one request comes late or never',
  scripts: [
    appender('p1', plain('a')),
    appender('p2', plain('b')),
    roller("p1's roll"),
    collector('collector'),
  ],
  lateMax: 1,
  lateQuickMax: 0,
  putsTakeTime: true,
};
