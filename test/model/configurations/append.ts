import type { Configuration } from '../engine/configuration.ts';
import { appender, pipeliner, plain, reader, roller } from '../scripts/broker-process.ts';

/** Two processes append, and the head is rolled meanwhile. */
export const append: Configuration = {
  name: 'append',
  about: 'two processes append three batches, a roll goes on, two requests come late or never',
  scripts: [appender('p1', plain('a'), plain('c')), appender('p2', plain('b1', 'b2')), roller("p1's roll")],
  lateMax: 2,
  lateQuickMax: 2,
};

/** Two who roll at the same time. */
export const rolls: Configuration = {
  name: 'rolls',
  about: 'two processes append and both roll, one of them twice, two requests come late or never',
  scripts: [
    appender('p1', plain('a')),
    appender('p2', plain('b')),
    roller("p1's roll", 2),
    roller("p2's roll"),
  ],
  lateMax: 2,
  lateQuickMax: 1,
};

export const fetch: Configuration = {
  name: 'fetch',
  about: 'a reader fetches while two processes append and one rolls, one request comes late or never',
  scripts: [
    appender('p1', plain('a'), plain('c')),
    appender('p2', plain('b1', 'b2')),
    roller("p1's roll"),
    reader('reader', 0),
  ],
  lateMax: 2,
  lateQuickMax: 1,
};

const EIGHT = Array.from({ length: 8 }, (_, index) => plain(`x${index}`));

/** A head that is nearly due, so that the tenth append rolls in the background, as it does by itself. */
export const pipeline: Configuration = {
  name: 'pipeline',
  about:
    'one process has two appends in the air at once, another one appends; whoever makes ten entries rolls',
  before: appender('before', ...EIGHT),
  scripts: [pipeliner('p1', plain('a'), plain('c')), appender('p2', plain('b'))],
  lateMax: 1,
  lateQuickMax: 1,
};

/** Belts: nothing below us sends a head operation twice, and if it did, the append id would catch it. */
export const repeats: Configuration = {
  name: 'repeats',
  about: 'something below us sends requests twice, against its contract; no roll',
  scripts: [appender('p1', plain('a'), plain('c')), appender('p2', plain('b1', 'b2'))],
  lateMax: 2,
  lateQuickMax: 1,
  repeatsMax: 1,
};

/** Why nothing below us may repeat: behind a roll the append id is forgotten. Broken by its nature. */
export const repeatsAndRoll: Configuration = {
  ...repeats,
  name: 'repeats-and-roll',
  about: 'the same, and a roll',
  scripts: [...repeats.scripts, roller("p1's roll")],
};
