import {
  type Acl,
  type AclOptions,
  type AclQuery,
  aclsToCreate,
  queriesToDelete,
} from '../acls/acl-options.ts';
import { createAcls, deleteAcls, readAcls } from '../acls/acls-api.ts';
import { type Connection, connect } from '../connect.ts';
import { countOf, table } from '../text.ts';

interface Printed extends Connection {
  readonly json?: boolean;
}

export interface ListAclsOptions extends Printed {
  readonly principal?: string;
  readonly topic?: string;
  readonly group?: string;
  readonly cluster?: boolean;
  readonly resourcePatternType: string;
}

export type ChangeAclsOptions = Printed & AclOptions;

export async function listAcls(options: ListAclsOptions): Promise<void> {
  print(await readAcls(connect(options), queryOf(options)), options);
}

/** At most one of them is there: the command line sees to it. */
function queryOf({ principal, topic, group, cluster, resourcePatternType }: ListAclsOptions): AclQuery {
  const name = topic ?? group;
  const type =
    topic !== undefined ? 'TOPIC' : group !== undefined ? 'GROUP' : cluster ? 'CLUSTER' : undefined;
  return {
    ...(type !== undefined && { resource_type: type }),
    ...(name !== undefined && { resource_name: name }),
    ...(principal !== undefined && { principal }),
    pattern_type: resourcePatternType.toUpperCase(),
  };
}

/** Makes all of the rules, or none. */
export async function createRules(options: ChangeAclsOptions): Promise<void> {
  const acls = aclsToCreate(options);
  await createAcls(connect(options), acls);
  print(acls, options);
}

export async function deleteRules(options: ChangeAclsOptions): Promise<void> {
  const client = connect(options);
  const deleted: Acl[] = [];
  for (const query of queriesToDelete(options)) deleted.push(...(await deleteAcls(client, query)));
  print(deleted, options);
  if (!options.json) process.stderr.write(`removed ${countOf(deleted.length, 'rule')}\n`);
}

function print(acls: readonly Acl[], { json }: Printed): void {
  if (json) process.stdout.write(`${JSON.stringify(acls)}\n`);
  else if (acls.length > 0) process.stdout.write(aclTable(acls));
}

function aclTable(acls: readonly Acl[]): string {
  const rows = acls.map(
    ({ principal, permission, operation, resource_type, resource_name, pattern_type }) => [
      principal,
      permission,
      operation,
      resource_type,
      resource_name,
      pattern_type,
    ],
  );
  return table([['PRINCIPAL', 'PERMISSION', 'OPERATION', 'RESOURCE', 'NAME', 'PATTERN'], ...rows]);
}
