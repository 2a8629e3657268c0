import { type Command, Option } from 'commander';
import { collect, urlOption, wholeNumber } from './options.ts';

const jsonOption = (): Option => new Option('--json', 'for programs');

export function addGroups(program: Command): void {
  const groups = program
    .command('groups')
    .description('list, describe, reset and delete consumer groups')
    .addHelpText(
      'after',
      `
Examples:
  rivulet groups
  rivulet groups describe billing
  rivulet groups reset-offsets billing --topic orders --to-earliest
`,
    );
  groups
    .command('list', { isDefault: true })
    .description('all groups, and what they are doing')
    .addOption(jsonOption())
    .addOption(urlOption())
    .action(async (options) => (await import('../commands/groups.ts')).listGroups(options));
  groups
    .command('describe')
    .description('how far a group is behind in each partition, and who reads it')
    .argument('<group>')
    .option('--members', 'the members instead, and what is assigned to each')
    .addOption(jsonOption())
    .addOption(urlOption())
    .addHelpText(
      'after',
      `
CURRENT-OFFSET is the next offset to be read, as the group committed it last; LAG is how many records it has
still to read.

Examples:
  rivulet groups describe billing
  rivulet groups describe billing --members
  rivulet groups describe billing --json | jq .total_lag
`,
    )
    .action(async (group, options) =>
      (await import('../commands/groups.ts')).describeOneGroup(group, options),
    );
  addResetOffsets(groups);
  groups
    .command('delete')
    .description('delete groups that have no members, with all that they committed')
    .argument('<group...>')
    .addOption(jsonOption())
    .addOption(urlOption())
    .action(async (names, options) => (await import('../commands/groups.ts')).deleteGroups(names, options));
}

function addResetOffsets(groups: Command): void {
  groups
    .command('reset-offsets')
    .description('move the offsets that a group without members goes on from')
    .argument('<group>', 'made when there is none')
    .requiredOption(
      '--topic <topic[:partitions]>',
      'all partitions of a topic, or some: orders:0,2; may be repeated',
      collect,
    )
    .option('--to-earliest', 'to the first record that there is')
    .option('--to-latest', 'to the end: only what comes from now on')
    .option('--to-datetime <time>', 'to the first record at or after a time (2026-01-31T12:00:00Z)')
    .option(
      '--shift-by <number>',
      'so many records on, or back when it is negative',
      wholeNumber(Number.MIN_SAFE_INTEGER),
    )
    .option('--to-offset <number>', 'to an offset, or the nearest one that there is', wholeNumber(0))
    .option('--execute', 'do it; without this it only shows what would be')
    .addOption(jsonOption())
    .addOption(urlOption())
    .addHelpText(
      'after',
      `
One of the ways to go has to be chosen. Nothing is changed without --execute, and while the group has members it
is refused: stop them first.

Examples:
  rivulet groups reset-offsets billing --topic orders --to-earliest
  rivulet groups reset-offsets billing --topic orders:0,2 --shift-by -10 --execute
  rivulet groups reset-offsets billing --topic orders --topic payments --to-datetime 2026-01-31T12:00:00Z
`,
    )
    .action(async (group, options) =>
      (await import('../commands/reset-offsets.ts')).resetOffsets(group, options),
    );
}
