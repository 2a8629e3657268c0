import { JSON_TYPE } from '../../../lib/api/http/media-types.ts';
import { raw } from '../../support/requests.ts';
import { send } from './client.ts';
import { freshName } from './names.ts';

interface NewTopic {
  readonly partitions?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

let knownClusterId: Promise<string> | undefined;

async function askClusterId(): Promise<string> {
  const { data } = (await (await send('/v3/clusters')).json()) as { data: { cluster_id: string }[] };
  return data[0]?.cluster_id ?? '';
}

export function clusterId(): Promise<string> {
  knownClusterId ??= askClusterId();
  return knownClusterId;
}

/** `/v3/clusters/{cluster_id}`, or with another prefix. */
export const clusterPath = async (prefix = '/v3'): Promise<string> =>
  `${prefix}/clusters/${await clusterId()}`;

/** Makes a topic whose name begins so. @returns its name. */
export async function freshTopic(what = 'quakes', topic: NewTopic = {}): Promise<string> {
  const name = freshName(what);
  await createTopic(name, topic);
  return name;
}

export async function createTopic(
  name: string,
  { partitions = 1, configs = {} }: NewTopic = {},
): Promise<void> {
  const body = {
    topic_name: name,
    partitions_count: partitions,
    configs: Object.entries(configs).map(([config, value]) => ({ name: config, value })),
  };
  await expectSuccess(`${await clusterPath()}/topics`, raw(JSON_TYPE, JSON.stringify(body)));
}

export async function deleteTopic(name: string): Promise<void> {
  await expectSuccess(`${await clusterPath()}/topics/${name}`, { method: 'DELETE' });
}

/** Gives a topic so many partitions in all. */
export async function growTopic(name: string, partitions: number): Promise<void> {
  const body = raw(JSON_TYPE, JSON.stringify({ partitions_count: partitions }));
  await expectSuccess(`${await clusterPath()}/topics/${name}`, { ...body, method: 'PATCH' });
}

async function expectSuccess(path: string, init: RequestInit): Promise<void> {
  const answer = await send(path, init);
  if (!answer.ok) throw new Error(`${init.method} ${path}: ${answer.status} ${await answer.text()}`);
}
