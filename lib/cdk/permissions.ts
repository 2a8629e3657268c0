import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Authentication } from './authentication.ts';
import type { FunctionName } from './gateway-routes.ts';

/**
 * What each function may do to the table, by partition key (`dynamodb:LeadingKeys`), and to the bucket, by prefix. The
 * keys are those of lib/storage/keys.ts. test/aws/least-privilege.aws.test.ts holds real requests of each function
 * against it.
 */
export interface Permissions {
  /** GetItem and BatchGetItem. */
  readonly get: readonly string[];
  readonly query: readonly string[];
  readonly put: readonly string[];
  readonly update: readonly string[];
  readonly delete: readonly string[];
  /** ConditionCheckItem, in a transaction. */
  readonly check: readonly string[];
  readonly putObjects: readonly string[];
  readonly getObjects: readonly string[];
}

/** Heads, index pages, producers that left a head. */
const PARTITIONS = 'P#*';
/** Small intake objects. */
const INTAKE = 'N#*';
/** Requests that may be repeated. */
const REQUESTS = 'K#*';
const GROUP = 'G#*';

const INTAKE_OBJECTS = 'intake/*';
const SEGMENT_OBJECTS = 'segments/*';

export interface PermissionOptions {
  readonly authentication: Authentication;
  /** `auto.create.topics.enable`: a produce request to a new topic makes it. */
  readonly autoCreatesTopics: boolean;
}

/** What every function reads when it starts, and to find out who may do what. */
function common({ authentication }: PermissionOptions): Pick<Permissions, 'get' | 'query'> {
  return {
    // Keys can be looked up by their ids, and not be listed.
    get: ['CLUSTER', 'TOPICS', ...(authentication === 'api-keys' ? ['KEYS'] : [])],
    query: ['ACLS'],
  };
}

/** What a topic needs that is being made: its heads, and a note of it until it is whole. */
const createsTopics = {
  get: ['DELETED'],
  query: ['TOPICS'],
  put: ['TOPICS', 'DELETED', PARTITIONS],
  delete: ['DELETED'],
} as const satisfies Partial<Permissions>;

const appends: Partial<Permissions> = {
  get: [PARTITIONS, REQUESTS],
  query: [PARTITIONS],
  put: [PARTITIONS, INTAKE, REQUESTS],
  update: [PARTITIONS],
  putObjects: [INTAKE_OBJECTS],
};

const reads: Partial<Permissions> = {
  get: [PARTITIONS, INTAKE],
  query: [PARTITIONS],
  getObjects: [INTAKE_OBJECTS, SEGMENT_OBJECTS],
};

/** The first process of all that writes makes the cluster; producer ids are taken from there. */
const makesCluster: Partial<Permissions> = { put: ['CLUSTER'] };

const joinsGroups: Partial<Permissions> = {
  get: [GROUP, 'GROUPS'],
  query: [GROUP, 'TOPICS'],
  put: [GROUP, 'GROUPS'],
  delete: [GROUP, 'GROUPS'],
  check: [GROUP],
};

/** API keys and rules are made and revoked here, and nowhere else. */
const administers: Partial<Permissions> = {
  get: [...createsTopics.get, 'ACLS', 'KEYS'],
  query: ['TOPICS', 'DELETED', 'GROUPS', 'ACLS', 'KEYS'],
  put: [...createsTopics.put, 'CLUSTER', 'ACLS', 'KEYS'],
  update: [PARTITIONS],
  delete: [...createsTopics.delete, 'TOPICS', 'ACLS', 'KEYS'],
};

/**
 * What a function may do, and nothing else. Nobody may delete objects: what is not referred to any more is removed by
 * maintenance alone.
 */
export function permissionsOf(name: FunctionName, options: PermissionOptions): Permissions {
  const all = common(options);
  switch (name) {
    case 'produce':
      return merge(all, appends, makesCluster, options.autoCreatesTopics ? createsTopics : {});
    case 'fetch':
      return merge(all, reads);
    case 'consume':
      return merge(all, reads, joinsGroups, makesCluster);
    case 'admin':
      return merge(all, reads, joinsGroups, administers);
  }
}

/** What a process may do that serves everything. */
export function permissionsOfAll(options: PermissionOptions): Permissions {
  const names: readonly FunctionName[] = ['produce', 'fetch', 'consume', 'admin'];
  return merge(...names.map((name) => permissionsOf(name, options)));
}

/** Of the function that makes topics when a stack is deployed. */
export const managesTopics: Permissions = merge(createsTopics, {
  get: ['CLUSTER', 'TOPICS'],
  query: ['DELETED'],
  put: ['CLUSTER'],
});

/** And where it deletes them, too. */
export const deletesTopics: Permissions = merge({ update: [PARTITIONS], delete: ['TOPICS'] });

function merge(...parts: readonly Partial<Permissions>[]): Permissions {
  const union = (kind: keyof Permissions): string[] => [
    ...new Set(parts.flatMap((part) => part[kind] ?? [])),
  ];
  return {
    get: union('get'),
    query: union('query'),
    put: union('put'),
    update: union('update'),
    delete: union('delete'),
    check: union('check'),
    putObjects: union('putObjects'),
    getObjects: union('getObjects'),
  };
}

/** The permissions as statements of a policy. */
export function statementsOf(
  permissions: Permissions,
  tableArn: string,
  bucketArn: string,
): PolicyStatement[] {
  const onItems = (keys: readonly string[], ...actions: readonly string[]): PolicyStatement[] =>
    keys.length === 0
      ? []
      : [
          new PolicyStatement({
            actions: actions.map((action) => `dynamodb:${action}`),
            resources: [tableArn],
            conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys.toSorted() } },
          }),
        ];
  const onObjects = (prefixes: readonly string[], action: string): PolicyStatement[] =>
    prefixes.length === 0
      ? []
      : [
          new PolicyStatement({
            actions: [`s3:${action}`],
            resources: prefixes.map((prefix) => `${bucketArn}/${prefix}`),
          }),
        ];
  return [
    ...onItems(permissions.get, 'GetItem', 'BatchGetItem'),
    ...onItems(permissions.query, 'Query'),
    ...onItems(permissions.put, 'PutItem'),
    ...onItems(permissions.update, 'UpdateItem'),
    ...onItems(permissions.delete, 'DeleteItem'),
    ...onItems(permissions.check, 'ConditionCheckItem'),
    ...onObjects(permissions.putObjects, 'PutObject'),
    ...onObjects(permissions.getObjects, 'GetObject'),
    // Without it S3 answers 403 where an object is gone, and a reader could not tell that from a missing permission.
    ...(permissions.getObjects.length === 0
      ? []
      : [new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucketArn] })]),
  ];
}
