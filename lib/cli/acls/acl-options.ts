import { CliError, exitCode } from '../cli-error.ts';

/** What `kafka-acls` takes, too. */
export interface AclOptions {
  readonly allowPrincipal: readonly string[];
  readonly denyPrincipal: readonly string[];
  /** In Kafka's words, as constants or as its tool writes them: `DESCRIBE_CONFIGS`, `DescribeConfigs`. */
  readonly operation: readonly string[];
  readonly topic: readonly string[];
  readonly group: readonly string[];
  readonly cluster?: boolean;
  readonly resourcePatternType: string;
}

interface Resource {
  readonly resource_type: string;
  readonly resource_name: string;
}

/** The fields of a rule, as REST v3 names them. */
export interface Acl extends Resource {
  readonly pattern_type: string;
  readonly principal: string;
  readonly host: string;
  readonly operation: string;
  readonly permission: string;
}

/** Which rules are meant: what REST v3 takes as a query. */
export type AclQuery = Readonly<Partial<Acl>>;

const CLUSTER: Resource = { resource_type: 'CLUSTER', resource_name: 'kafka-cluster' };
const ANY = 'ANY';

const usage = (message: string): CliError => new CliError(message, { exitCode: exitCode.usage });

/** `DescribeConfigs`, `describe-configs` and `DESCRIBE_CONFIGS` are one operation. */
const constantOf = (operation: string): string =>
  operation
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();

const resourcesOf = ({ topic, group, cluster }: AclOptions): Resource[] => [
  ...topic.map((name) => ({ resource_type: 'TOPIC', resource_name: name })),
  ...group.map((name) => ({ resource_type: 'GROUP', resource_name: name })),
  ...(cluster ? [CLUSTER] : []),
];

const speakersOf = ({ allowPrincipal, denyPrincipal }: AclOptions) => [
  ...allowPrincipal.map((principal) => ({ principal, permission: 'ALLOW' })),
  ...denyPrincipal.map((principal) => ({ principal, permission: 'DENY' })),
];

/**
 * A rule for each operation of each principal on each resource; all operations, where none is named.
 * @throws CliError when there is nothing to make a rule of.
 */
export function aclsToCreate(options: AclOptions): Acl[] {
  const { operation: named, resourcePatternType } = options;
  const resources = resourcesOf(options);
  const speakers = speakersOf(options);
  if (speakers.length === 0) throw usage('name who: --allow-principal or --deny-principal User:alice');
  if (resources.length === 0) throw usage('name what: --topic, --group or --cluster');
  const operations = named.length === 0 ? ['ALL'] : named.map(constantOf);
  return resources.flatMap((resource) =>
    speakers.flatMap((speaker) =>
      operations.map((operation) => ({
        ...resource,
        // There is one cluster, and its name is no prefix.
        pattern_type: resource === CLUSTER ? 'LITERAL' : constantOf(resourcePatternType),
        host: '*',
        operation,
        ...speaker,
      })),
    ),
  );
}

/**
 * To the API an empty name means any. Here it is that of a variable that is not set, and nobody removes all rules for that.
 * @throws CliError
 */
function checkNames({ topic, group, allowPrincipal, denyPrincipal }: AclOptions): void {
  if ([...topic, ...group, ...allowPrincipal, ...denyPrincipal].includes(''))
    throw usage('a name is empty: leave its option out to mean any');
}

/**
 * What finds the rules that are to be removed: each that is about one of the resources, for one of the principals, of one of
 * the operations; any, where none of a kind is named.
 *
 * @throws CliError when nothing is named at all, or a name is empty.
 */
export function queriesToDelete(options: AclOptions): AclQuery[] {
  checkNames(options);
  const resources = resourcesOf(options);
  const speakers = speakersOf(options);
  if (resources.length === 0 && speakers.length === 0)
    throw usage('name what or whose: --topic, --group, --cluster, --allow-principal or --deny-principal');
  const pattern_type = constantOf(options.resourcePatternType);
  const anySpeaker: AclQuery = { permission: ANY };
  const anyResource: AclQuery = { resource_type: ANY };
  const operations = options.operation.length === 0 ? [ANY] : options.operation.map(constantOf);
  return orOne<AclQuery>(resources, anyResource).flatMap((resource) =>
    orOne<AclQuery>(speakers, anySpeaker).flatMap((speaker) =>
      operations.map((operation) => ({
        ...resource,
        ...speaker,
        operation,
        pattern_type: resource === CLUSTER ? ANY : pattern_type,
      })),
    ),
  );
}

const orOne = <Each>(all: readonly Each[], one: Each): readonly Each[] => (all.length === 0 ? [one] : all);
