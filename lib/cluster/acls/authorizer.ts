/** What rules are about, as Kafka names it (`kafka-acls`). */
export type ResourceType = 'TOPIC' | 'GROUP' | 'CLUSTER';

/** The only resource of type CLUSTER. */
export const CLUSTER_NAME = 'kafka-cluster';

/** What can be done to a resource, as Kafka names it. */
export type AclOperation =
  | 'READ'
  | 'WRITE'
  | 'CREATE'
  | 'DELETE'
  | 'ALTER'
  | 'DESCRIBE'
  | 'DESCRIBE_CONFIGS'
  | 'ALTER_CONFIGS'
  | 'CLUSTER_ACTION'
  | 'IDEMPOTENT_WRITE';

/** Something that somebody wants to do. */
export interface Action {
  readonly operation: AclOperation;
  readonly resourceType: ResourceType;
  /** A topic, a group, or {@link CLUSTER_NAME}. */
  readonly resourceName: string;
}

/** Decides who may do what, by the rules of the cluster. */
export interface Authorizer {
  /**
   * One decision for each action, in their order.
   * @param principal `User:` and a name.
   * @throws KafkaError KAFKA_STORAGE_ERROR, when the rules cannot be read: then nothing is allowed.
   */
  authorize(principal: string, actions: readonly Action[]): Promise<readonly boolean[]>;

  /**
   * Whether somebody may do something to any resource of a type at all (Kafka's `authorizeByResourceType`, KIP-679).
   * @throws as `authorize`.
   */
  authorizeByResourceType(
    principal: string,
    operation: AclOperation,
    resourceType: ResourceType,
  ): Promise<boolean>;
}
