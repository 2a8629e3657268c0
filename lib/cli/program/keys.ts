import { type Command, Option } from 'commander';
import { urlOption } from './options.ts';

const jsonOption = (): Option => new Option('--json', 'for programs');

/** Where keys are: with a broker, or in the stores of one. */
function withPlace(command: Command): Command {
  return command
    .addOption(urlOption())
    .addOption(
      new Option('--data <folder>', 'instead of --url: the folder of a broker that is not running').conflicts(
        ['table', 'region', 'endpoint'],
      ),
    )
    .option('--table <name>', "instead of --url: a table of DynamoDB, by AWS's credentials")
    .option('--region <region>', "the table's (default: that of the environment or the profile)")
    .option('--endpoint <url>', "of DynamoDB (default: AWS's own)");
}

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('make, list and revoke API keys')
    .addHelpText(
      'after',
      `
A key says who sends a request (its principal), and its secret proves it. The first key is made in the folder of a
broker that is not running (--data), or in the table of a deployed one (--table); with a key whose principal may
alter the cluster, others are made over HTTP (--url).

Examples:
  rivulet keys create --principal User:admin --data .rivulet
  rivulet keys create --principal User:admin --table rivulet --region eu-west-1
  rivulet keys create --principal User:billing --description 'nightly job'
  rivulet keys revoke ABCDEFGHIJKLMNOP
`,
    );
  withPlace(keys.command('list', { isDefault: true }))
    .description('all keys, without their secrets')
    .addOption(jsonOption())
    .action(async (options) => (await import('../commands/keys.ts')).listKeys(options));
  withPlace(keys.command('create'))
    .description('make a key, and print it and its secret as key:secret')
    .requiredOption('--principal <principal>', 'whose requests come with it: User:alice')
    .option('--description <text>', 'what it is for')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The secret is printed this once, and kept nowhere. As it is printed it is what curl -u and RIVULET_API_KEY take:

  RIVULET_API_KEY=$(rivulet keys create --principal User:admin --data .rivulet)
  curl -u "$RIVULET_API_KEY" http://127.0.0.1:8082/topics
`,
    )
    .action(async (options) => (await import('../commands/keys.ts')).createKey(options));
  withPlace(keys.command('revoke'))
    .description('take a key away for good')
    .argument('<key>', 'what stands before the colon')
    .addOption(jsonOption())
    .action(async (key, options) => (await import('../commands/keys.ts')).revokeKey(key, options));
}
