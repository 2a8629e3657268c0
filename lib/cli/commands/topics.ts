import { CliError, exitCode } from '../cli-error.ts';
import { segment } from '../client.ts';
import { type Connection, connect } from '../connect.ts';
import { countOf, table } from '../text.ts';
import { readOffsets, readTopic, topicsPath } from '../topic-metadata.ts';

export interface CreateTopicOptions extends Connection {
  readonly partitions?: number;
  /** Each as `name=value`. */
  readonly config: readonly string[];
}

interface MadeTopic {
  readonly partitions_count: number;
}

export async function listTopics(options: Connection): Promise<void> {
  const names = await connect(options).json<string[]>('/topics');
  process.stdout.write(names.map((name) => `${name}\n`).join(''));
}

export async function createTopic(topic: string, options: CreateTopicOptions): Promise<void> {
  const configs = options.config.map(parseConfig);
  const client = connect(options);
  const path = await topicsPath(client);
  const body = { topic_name: topic, partitions_count: options.partitions, configs };
  const made = await client.json<MadeTopic>(path, { method: 'POST', body });
  process.stdout.write(`created ${topic} with ${countOf(made.partitions_count, 'partition')}\n`);
}

function parseConfig(config: string): { name: string; value: string } {
  const equals = config.indexOf('=');
  if (equals >= 1) return { name: config.slice(0, equals), value: config.slice(equals + 1) };
  throw new CliError(`--config takes name=value, and got ${config}`, { exitCode: exitCode.usage });
}

export async function describeTopic(topic: string, options: Connection): Promise<void> {
  const client = connect(options);
  const { configs, partitions } = await readTopic(client, topic);
  const rows: (string | number)[][] = [['partition', 'earliest', 'latest', 'records']];
  for (const { partition } of partitions) {
    const { beginning_offset: earliest, end_offset: latest } = await readOffsets(client, topic, partition);
    rows.push([partition, earliest, latest, latest - earliest]);
  }
  const lines = Object.entries(configs).map(([name, value]) => `${name}=${value}\n`);
  process.stdout.write(`${table(rows)}\n${lines.join('')}`);
}

export async function alterTopic(topic: string, options: Connection & { partitions: number }): Promise<void> {
  const client = connect(options);
  const path = `${await topicsPath(client)}/${segment(topic)}`;
  const body = { partitions_count: options.partitions };
  await client.send(path, { method: 'PATCH', body });
  process.stdout.write(`${topic} has ${countOf(options.partitions, 'partition')} now\n`);
}

export async function deleteTopic(topic: string, options: Connection): Promise<void> {
  const client = connect(options);
  await client.send(`${await topicsPath(client)}/${segment(topic)}`, { method: 'DELETE' });
  process.stdout.write(`deleted ${topic}\n`);
}
