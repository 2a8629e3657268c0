import { type Command, Option } from 'commander';
import { wholeNumber } from './options.ts';

const EPOCHS = 100;
const EPOCHS_MAX = 1_000_000;
const PRODUCER_IDS = 1_000_000;
const PRODUCER_IDS_MAX = 1_000_000_000_000;

export function addRestore(program: Command): void {
  const restore = program
    .command('restore')
    .description('what has to be done with a table that was restored to an earlier time');
  restore
    .command('fence')
    .description('raise all leader epochs, and pass over producer ids, before anybody writes')
    .addOption(
      new Option('--data <folder>', 'the folder of a broker that is not running').conflicts([
        'table',
        'region',
        'endpoint',
      ]),
    )
    .option('--table <name>', "a table of DynamoDB, by AWS's credentials")
    .option('--region <region>', "the table's (default: that of the environment or the profile)")
    .option('--endpoint <url>', "of DynamoDB (default: AWS's own)")
    .option(
      '--epochs <number>',
      'more than one partition was fenced since then',
      wholeNumber(1, EPOCHS_MAX),
      EPOCHS,
    )
    .option(
      '--producer-ids <number>',
      'more than were given out since then',
      wholeNumber(1, PRODUCER_IDS_MAX),
      PRODUCER_IDS,
    )
    .addHelpText(
      'after',
      `
A table that was restored has forgotten what others may remember: a process that knows a later head could write
into it under an epoch that it reaches again. docs/operating.md tells the whole of it.

Example:
  rivulet restore fence --table rivulet-restored --region eu-west-1
`,
    )
    .action(async (options) => (await import('../commands/restore.ts')).fence(options));
}
