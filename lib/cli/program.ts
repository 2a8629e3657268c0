import { Command, InvalidArgumentError, Option } from 'commander';
import { parseAdvertisedUrl } from '../api/http/advertised-url.ts';
import { addAcls } from './program/acls.ts';
import { addConsume } from './program/consume.ts';
import { addGroups } from './program/groups.ts';
import { addKeys } from './program/keys.ts';
import { addCredentialOptions, collect, formatOption, urlOption, wholeNumber } from './program/options.ts';
import { addRestore } from './program/restore.ts';
import { readVersion } from './version.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const PORT_MAX = 65_535;

function advertisedUrl(text: string): string {
  try {
    return parseAdvertisedUrl(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** The command line: what there is, and which file does it. A command is loaded only when it is run. */
export function makeProgram(): Command {
  const program = new Command('rivulet')
    .description("Kafka's log without servers: topics, partitions, keys, order and replay over HTTP.")
    .version(readVersion(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(add --help to see what there is)')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 failed (one line on stderr says why), 2 the command line is wrong.

Examples:
  rivulet start
  seq 1000 | rivulet produce numbers
  rivulet fetch numbers --follow
  rivulet consume numbers --group sums

Credentials, where a broker wants some: RIVULET_API_KEY=key:secret, or RIVULET_TOKEN with a token of the issuer it
trusts, or RIVULET_AUTH=iam to sign requests with AWS's credentials.
`,
    );
  addStart(program);
  addTopics(program);
  addProduce(program);
  addFetch(program);
  addConsume(program);
  addGroups(program);
  addKeys(program);
  addAcls(program);
  addRestore(program);
  addCredentialOptions(program);
  return program;
}

function addStart(program: Command): void {
  program
    .command('start')
    .description('run a broker on this machine until SIGTERM or Ctrl-C')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0: any that is free', wholeNumber(0, PORT_MAX), 8082)
    .option('--data <folder>', 'where everything is kept; made if need be', '.rivulet')
    .option('--broker-id <number>', 'number of this broker', wholeNumber(0, 2 ** 31 - 1), 1)
    .option('--override <name=value>', 'sets a broker config; may be repeated', collect, [])
    .addOption(
      new Option('--auth <how>', 'how whoever sends a request proves who they are')
        .choices(['none', 'api-keys'])
        .default('none'),
    )
    .option('--super-user <principal>', 'may do everything, whatever rules say; may be repeated', collect, [])
    .option('--allow-anonymous', 'without --auth, listen also where other machines can reach it')
    .addOption(
      new Option(
        '--advertised-url <url>',
        'where clients reach it, for links (default: as each request says)',
      )
        .env('RIVULET_ADVERTISED_URL')
        .argParser(advertisedUrl),
    )
    .addOption(
      new Option('--log-level <level>', 'logs (JSON) go to stderr').choices(LOG_LEVELS).default('warn'),
    )
    .addHelpText(
      'after',
      `
Prints "listening on http://..." when it is ready. Without --auth, whoever reaches its address can read and write,
so it listens on this machine alone unless --allow-anonymous says otherwise. With --auth api-keys a request needs
a key; make the first one before the start, with "rivulet keys create --data <folder>".

Answers hold absolute links. Behind a proxy they follow its Forwarded or X-Forwarded-Proto, -Host, -Port and
-Prefix headers, which a client can send as well; with --advertised-url all of them begin with that.

Examples:
  rivulet start --data /var/lib/rivulet
  rivulet start --advertised-url https://logs.example.org/kafka
  rivulet start --host 0.0.0.0 --auth api-keys --super-user User:admin
  rivulet start --port 0 --override num.partitions=3 --override auto.create.topics.enable=false
`,
    )
    .action(async (options) => (await import('./commands/start.ts')).start(options));
}

function addTopics(program: Command): void {
  const topics = program
    .command('topics')
    .description('list, create, describe, change and delete topics')
    .addHelpText(
      'after',
      `
Examples:
  rivulet topics
  rivulet topics create orders --partitions 3 --config max.message.bytes=65536
  rivulet topics describe orders
`,
    );
  topics
    .command('list', { isDefault: true })
    .description('names of all topics, one a line')
    .addOption(urlOption())
    .action(async (options) => (await import('./commands/topics.ts')).listTopics(options));
  topics
    .command('create')
    .description('make a topic')
    .argument('<topic>')
    .option('--partitions <number>', "partitions (default: the broker's num.partitions)", wholeNumber(1))
    .option('--config <name=value>', 'sets a topic config; may be repeated', collect, [])
    .addOption(urlOption())
    .action(async (topic, options) => (await import('./commands/topics.ts')).createTopic(topic, options));
  topics
    .command('describe')
    .description('partitions, offsets and configs of a topic')
    .argument('<topic>')
    .addOption(urlOption())
    .action(async (topic, options) => (await import('./commands/topics.ts')).describeTopic(topic, options));
  topics
    .command('alter')
    .description('give a topic more partitions')
    .argument('<topic>')
    .requiredOption('--partitions <number>', 'how many it shall have', wholeNumber(1))
    .addOption(urlOption())
    .action(async (topic, options) => (await import('./commands/topics.ts')).alterTopic(topic, options));
  topics
    .command('delete')
    .description('delete a topic and everything in it')
    .argument('<topic>')
    .addOption(urlOption())
    .action(async (topic, options) => (await import('./commands/topics.ts')).deleteTopic(topic, options));
}

function addProduce(program: Command): void {
  program
    .command('produce')
    .description('send the lines of stdin, or of a file, to a topic, each as one record')
    .argument('<topic>', 'made with the defaults of the broker when there is none')
    .option('--file <path>', 'read from there instead of stdin')
    .option('--json', 'each line is JSON: checked, and sent without needless white space')
    .addOption(
      new Option(
        '--key-field <path>',
        'with --json: the key is this field (dots lead into objects), as JSON: a text keeps its quotes',
      ).conflicts('keySeparator'),
    )
    .option('--key-separator <text>', 'the key stands before the first <text> of a line, the value behind it')
    .option('--partition <number>', 'send everything there (default: by key, as Kafka does)', wholeNumber(0))
    .option('--no-create', 'fail when the topic does not exist')
    .addOption(urlOption())
    .addHelpText(
      'after',
      `
Sends as an idempotent producer: what is sent again after a lost connection stands in the log once, and the
records of a partition keep their order.

Examples:
  seq 1000 | rivulet produce numbers
  rivulet produce quakes --file quakes.jsonl --json --key-field properties.net
  printf 'k1:v1\\nk2:v2\\n' | rivulet produce pairs --key-separator :
`,
    )
    .action(async (topic, options) => (await import('./commands/produce.ts')).produce(topic, options));
}

function addFetch(program: Command): void {
  program
    .command('fetch')
    .description('print the records of a topic')
    .argument('<topic>')
    .option('--from <where>', 'earliest, latest, an offset, or a time (2026-01-31T12:00:00Z)', 'earliest')
    .option('--partition <number>', 'of this partition only', wholeNumber(0))
    .option('--follow', 'go on with what comes in, until Ctrl-C')
    .option('--max-records <number>', 'end after so many records', wholeNumber(1))
    .addOption(formatOption())
    .addOption(urlOption())
    .addHelpText(
      'after',
      `
Without --follow it ends where the topic ended when it began. Partitions are printed one after the other, or,
with --follow, as records come in. In JSON, a key or value that is not UTF-8 is base64 in key_base64 or
value_base64.

Examples:
  rivulet fetch numbers | head
  rivulet fetch quakes --format json --from 2026-01-31T12:00:00Z | jq .key
  rivulet fetch orders --partition 2 --from 1000 --max-records 10
`,
    )
    .action(async (topic, options) => (await import('./commands/fetch.ts')).fetchTopic(topic, options));
}
