import { type Authentication, authenticationMode } from './authentication.ts';
import type { DataStores } from './data-stores.ts';
import type { RivuletProps } from './rivulet-props.ts';

export const DEFAULT_NAME = 'rivulet';

/** A Kafka config as its name is written, whatever its value's type. */
export type BrokerConfigs = NonNullable<RivuletProps['brokerConfigs']>;

/** Whether produce requests make the topics that they name. */
export function autoCreatesTopics(configs: BrokerConfigs = {}): boolean {
  return String(configs['auto.create.topics.enable'] ?? true) === 'true';
}

/** What lib/lambda/environment.ts reads. */
export function functionEnvironment(
  props: RivuletProps,
  { table, bucket }: DataStores,
): Record<string, string> {
  const { name = DEFAULT_NAME, authentication = 'iam', superUsers = [], brokerConfigs, logLevel } = props;
  return {
    RIVULET_NAME: name,
    RIVULET_TABLE: table.tableName,
    RIVULET_BUCKET: bucket.bucketName,
    RIVULET_AUTH: authenticationMode(authentication),
    ...principalClaimOf(authentication),
    ...(superUsers.length > 0 && { RIVULET_SUPER_USERS: superUsers.join(';') }),
    ...(brokerConfigs && { RIVULET_CONFIG: JSON.stringify(brokerConfigs) }),
    ...(logLevel && { RIVULET_LOG_LEVEL: logLevel }),
  };
}

function principalClaimOf(authentication: Authentication): Record<string, string> {
  if (typeof authentication === 'string' || authentication.principalClaim === undefined) return {};
  return { RIVULET_JWT_PRINCIPAL_CLAIM: authentication.principalClaim };
}
