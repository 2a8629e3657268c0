import type { Client } from '../client.ts';
import { clusterPath } from '../topic-metadata.ts';
import type { Acl, AclQuery } from './acl-options.ts';

const path = async (client: Client): Promise<string> => `${await clusterPath(client)}/acls`;

const queryOf = (query: AclQuery): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};

/** The fields alone: links are for other clients. */
const fieldsOf = ({
  resource_type,
  resource_name,
  pattern_type,
  principal,
  host,
  operation,
  permission,
}: Acl): Acl => ({ resource_type, resource_name, pattern_type, principal, host, operation, permission });

export async function readAcls(client: Client, query: AclQuery): Promise<Acl[]> {
  const { data } = await client.json<{ data: Acl[] }>((await path(client)) + queryOf(query));
  return data.map(fieldsOf);
}

/** All of them, or none. */
export async function createAcls(client: Client, acls: readonly Acl[]): Promise<void> {
  await client.send(`${await path(client)}:batch`, { method: 'POST', body: { data: acls } });
}

/** @returns what was removed. */
export async function deleteAcls(client: Client, query: AclQuery): Promise<Acl[]> {
  const request = { method: 'DELETE' } as const;
  const { data } = await client.json<{ data: Acl[] }>((await path(client)) + queryOf(query), request);
  return data.map(fieldsOf);
}
