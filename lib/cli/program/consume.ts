import type { Command } from 'commander';
import { formatOption, urlOption, wholeNumber } from './options.ts';

const TIMEOUT_MS_MAX = 2 ** 31 - 1;

export function addConsume(program: Command): void {
  program
    .command('consume')
    .description('print the records of topics as a member of a consumer group')
    .argument('[topics...]', 'one that does not exist yet is waited for')
    .requiredOption('--group <name>', 'the group; made by its first member')
    .option('--pattern <regex>', 'instead of topics: all whose whole name it matches (RE2), also later ones')
    .option(
      '--from <where>',
      'earliest, latest, or a time (2026-01-31T12:00:00Z), where the group has committed nothing',
      'latest',
    )
    .option('--instance-id <id>', 'static member: its partitions wait for it when it is away for a while')
    .option('--max-records <number>', 'end after so many records', wholeNumber(1))
    .option('--timeout-ms <number>', 'end when nothing has come for so long', wholeNumber(1, TIMEOUT_MS_MAX))
    .addOption(formatOption())
    .addOption(urlOption())
    .addHelpText(
      'after',
      `
Members of a group share the partitions: each record goes to one of them. Groups do not share: each gets
everything. What was printed is committed every second and at the end, and whoever comes next goes on there. A
member that is killed leaves at most its last second to be printed again; nothing is left out.

The first member of a new group begins with what comes from now on, as Kafka's console consumer does; with
--from earliest it begins at the beginning.

Runs until Ctrl-C, which commits, leaves the group and exits with 0. A static member (--instance-id) does not
leave: within group.consumer.session.timeout.ms it gets the same partitions again, and nobody else does.

Which partitions it reads, and how many records it printed, stand on stderr.

Examples:
  rivulet consume orders --group billing --from earliest
  rivulet consume orders payments --group audit --format json | jq .topic
  rivulet consume --pattern 'sensor-.*' --group dashboard
  rivulet consume orders --group test --max-records 10 --timeout-ms 5000
`,
    )
    .action(async (topics, options) => (await import('../commands/consume.ts')).consume(topics, options));
}
