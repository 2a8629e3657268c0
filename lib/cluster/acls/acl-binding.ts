import { KafkaError } from '../../kafka/errors.ts';
import { whyNotPrincipal } from '../principal.ts';
import { type AclOperation, CLUSTER_NAME, type ResourceType } from './authorizer.ts';

/** How the name of a rule's resource is meant: as it is (`*` for all), or as what names begin with (KIP-290). */
export type PatternType = 'LITERAL' | 'PREFIXED';

export type Permission = 'ALLOW' | 'DENY';

/** As the name of a literal resource: all of its type. */
export const WILDCARD = '*';
/** As the principal of a rule: everybody. */
export const EVERYBODY = 'User:*';

/** A rule: Kafka's AclBinding. */
export interface AclBinding {
  readonly resourceType: ResourceType;
  readonly resourceName: string;
  readonly patternType: PatternType;
  /** `User:` and a name; `User:*` for everybody. */
  readonly principal: string;
  /** From everywhere: behind gateways there is no address of a peer to go by. */
  readonly host: typeof WILDCARD;
  readonly operation: AclOperation | 'ALL';
  readonly permission: Permission;
}

/** A rule as somebody wrote it. */
export type GivenAcl = { readonly [Field in keyof AclBinding]: string };

/** The operations that there are on each type of resource, those of Kafka's `kafka-acls`. */
const operationsOf: Readonly<Record<ResourceType, readonly AclOperation[]>> = {
  TOPIC: ['READ', 'WRITE', 'CREATE', 'DELETE', 'ALTER', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  GROUP: ['READ', 'DELETE', 'DESCRIBE'],
  CLUSTER: [
    'CREATE',
    'ALTER',
    'DESCRIBE',
    'DESCRIBE_CONFIGS',
    'ALTER_CONFIGS',
    'CLUSTER_ACTION',
    'IDEMPOTENT_WRITE',
  ],
};

const RESOURCE_NAME_LENGTH_MAX = 255;

const invalid = (message: string): KafkaError => new KafkaError('INVALID_REQUEST', message);

/** What a rule is in the end; what it cannot be is refused by name. @throws KafkaError INVALID_REQUEST. */
export function asAclBinding(given: GivenAcl): AclBinding {
  const resourceType = asResourceType(given.resourceType);
  const { resourceName, patternType, permission } = given;
  checkResourceName(resourceType, resourceName);
  if (patternType !== 'LITERAL' && patternType !== 'PREFIXED')
    throw invalid(`The pattern type of a rule is LITERAL or PREFIXED, not ${patternType}.`);
  checkPrincipal(given.principal);
  if (given.host !== WILDCARD)
    throw invalid(`The host of a rule is *, not ${given.host}: addresses of clients are not known here.`);
  if (permission !== 'ALLOW' && permission !== 'DENY')
    throw invalid(`The permission of a rule is ALLOW or DENY, not ${permission}.`);
  return {
    resourceType,
    resourceName,
    patternType,
    principal: given.principal,
    host: WILDCARD,
    operation: asOperation(resourceType, given.operation),
    permission,
  };
}

function asResourceType(text: string): ResourceType {
  if (text === 'TOPIC' || text === 'GROUP' || text === 'CLUSTER') return text;
  const why =
    text === 'TRANSACTIONAL_ID'
      ? 'There are no transactions here, so no rules about TRANSACTIONAL_ID'
      : `There are no rules about ${text}`;
  throw invalid(`${why}: the resource type is TOPIC, GROUP or CLUSTER.`);
}

function checkResourceName(resourceType: ResourceType, name: string): void {
  if (resourceType === 'CLUSTER' && name !== CLUSTER_NAME)
    throw invalid(`The only valid name for the CLUSTER resource is ${CLUSTER_NAME}.`);
  if (name !== '' && name.length <= RESOURCE_NAME_LENGTH_MAX && name.isWellFormed()) return;
  throw invalid(
    `The resource name of a rule is well-formed text of 1 to ${RESOURCE_NAME_LENGTH_MAX} characters.`,
  );
}

function checkPrincipal(principal: string): void {
  const reason = principal === EVERYBODY ? undefined : whyNotPrincipal(principal);
  if (reason === undefined) return;
  throw invalid(`The principal of a rule ${reason}: it is User: and a name, or ${EVERYBODY} for everybody.`);
}

function asOperation(resourceType: ResourceType, text: string): AclBinding['operation'] {
  if (text === 'ALL') return text;
  const operation = operationsOf[resourceType].find((each) => each === text);
  if (operation !== undefined) return operation;
  const known = operationsOf[resourceType].join(', ');
  throw invalid(`There is no operation ${text} on a ${resourceType}: it has ${known}, and ALL.`);
}

/** The fields of a rule in the order of Kafka's tools, by which rules are sorted. */
export const fieldsOf = (acl: AclBinding): readonly string[] => [
  acl.resourceType,
  acl.resourceName,
  acl.patternType,
  acl.principal,
  acl.host,
  acl.operation,
  acl.permission,
];

/** For `sort`. */
export function compareAcls(a: AclBinding, b: AclBinding): number {
  const [fields, others] = [fieldsOf(a), fieldsOf(b)];
  const at = fields.findIndex((field, index) => field !== others[index]);
  return at < 0 ? 0 : (fields[at] ?? '') < (others[at] ?? '') ? -1 : 1;
}
