import { type Command, Option } from 'commander';
import { collect, urlOption } from './options.ts';

const jsonOption = (): Option => new Option('--json', 'for programs');

const patternTypeOption = (values: readonly string[], byDefault: string): Option =>
  new Option('--resource-pattern-type <type>', 'how names are meant').choices(values).default(byDefault);

/** Who, what, and which resources: the options of Kafka's `kafka-acls`. */
const withRule = (command: Command): Command =>
  command
    .option(
      '--allow-principal <principal>',
      'User:alice, or User:* for everybody; may be repeated',
      collect,
      [],
    )
    .option('--deny-principal <principal>', 'the same, of who may not; may be repeated', collect, [])
    .option('--operation <operation>', 'Read, Write, DescribeConfigs, ...; may be repeated', collect, [])
    .option('--topic <topic>', '* for all; may be repeated', collect, [])
    .option('--group <group>', '* for all; may be repeated', collect, [])
    .option('--cluster', 'the cluster itself');

export function addAcls(program: Command): void {
  const acls = program
    .command('acls')
    .description('list, make and remove rules (ACLs): who may do what')
    .addHelpText(
      'after',
      `
From the first rule on, nothing is allowed that no rule allows, but to super users; while there is none, everybody
may do everything. One rule that denies is enough. Every process obeys a change within five seconds.

Examples:
  rivulet acls create --allow-principal User:feed --operation Write --topic quakes
  rivulet acls create --allow-principal User:pager --operation Read --topic quakes --group alerts
  rivulet acls create --deny-principal 'User:*' --operation Write --topic audit- --resource-pattern-type prefixed
  rivulet acls list --topic quakes --resource-pattern-type match
  rivulet acls delete --allow-principal User:feed --topic quakes
`,
    );
  acls
    .command('list', { isDefault: true })
    .description('rules, one a line')
    .option('--principal <principal>', 'of this one only')
    .addOption(new Option('--topic <topic>', 'about this topic only').conflicts(['group', 'cluster']))
    .addOption(new Option('--group <group>', 'about this group only').conflicts('cluster'))
    .option('--cluster', 'about the cluster itself only')
    .addOption(patternTypeOption(['any', 'match', 'literal', 'prefixed'], 'any'))
    .addOption(jsonOption())
    .addOption(urlOption())
    .action(async (options) => (await import('../commands/acls.ts')).listAcls(options));
  withRule(acls.command('create'))
    .description(
      'make a rule for each operation (All, when none is named) of each principal on each resource',
    )
    .addOption(patternTypeOption(['literal', 'prefixed'], 'literal'))
    .addOption(jsonOption())
    .addOption(urlOption())
    .action(async (options) => (await import('../commands/acls.ts')).createRules(options));
  withRule(acls.command('delete'))
    .description('remove the rules that are meant: of a kind that is not named, any')
    .addOption(patternTypeOption(['any', 'match', 'literal', 'prefixed'], 'literal'))
    .addOption(jsonOption())
    .addOption(urlOption())
    .action(async (options) => (await import('../commands/acls.ts')).deleteRules(options));
}
