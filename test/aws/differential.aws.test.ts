import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDynamoDBMetadataStore } from '../../lib/storage/dynamodb/dynamodb-metadata-store.ts';
import { openSqliteMetadataStore } from '../../lib/storage/sqlite/sqlite-metadata-store.ts';
import { MEMORY, temporaryFolder } from '../storage/temporary-folder.ts';
import { runs } from '../support/runs.ts';
import { commands } from './differential/commands.ts';
import { Homes } from './differential/homes.ts';
import { dynamodb, newTable } from './endpoints.ts';

/** Some 25 commands a run. */
const RUNS = runs(400);

/** What a failure prints, to see it again: SEED and FC_PATH of the run, FC_REPLAY of its commands. */
const { SEED, FC_PATH, FC_REPLAY } = process.env;
const again = {
  ...(SEED !== undefined && { seed: Number(SEED) }),
  ...(FC_PATH !== undefined && { path: FC_PATH }),
};

const EVERYTHING = [
  'append',
  'trim',
  'lead',
  'advance',
  'raiseBarrier',
  'swap',
  'flush',
  'flush of known producers',
  'swap with segments',
  'write',
  'transaction',
].flatMap((what) => [`${what} done`, `${what} refused`]);

test('whatever they are told, SQLite and DynamoDB answer alike and hold the same', async () => {
  using folder = temporaryFolder(MEMORY);
  const embedded = await openSqliteMetadataStore(join(folder.path, 'metadata.sqlite'));
  const made = await newTable();
  const onDynamoDB = openDynamoDBMetadataStore({ ...dynamodb, table: made.table });
  let runs = 0;
  const met = new Set<string>();
  const sequences = fc.commands(commands, {
    size: 'max',
    maxCommands: 50,
    ...(FC_REPLAY !== undefined && { replayPath: FC_REPLAY }),
  });
  try {
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        runs += 1;
        const homes = new Homes(embedded, onDynamoDB, `run ${runs}`, met);
        const model = await homes.open();
        await fc.asyncModelRun(async () => ({ model, real: homes }), sequence);
        await homes.check(model);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: false, ...again },
    );
    if (Object.keys(again).length === 0) expect([...met]).toEqual(expect.arrayContaining(EVERYTHING));
  } finally {
    await onDynamoDB.close();
    await embedded.close();
    await made.remove();
  }
}, 180_000);
