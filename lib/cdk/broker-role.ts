import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DataStores } from './data-stores.ts';
import { type Permissions, statementsOf } from './permissions.ts';

export interface BrokerRoleProps {
  readonly description: string;
  readonly stores: DataStores;
  /** All that it may do, beside writing its log. */
  readonly permissions: Permissions;
  /** It is there already, so nobody has to make one. */
  readonly logGroup: ILogGroup;
}

/** What a function runs as. Its policies are part of the role, so no function runs before they are there. */
export class BrokerRole extends Role {
  readonly #stores: DataStores;
  readonly #policy: PolicyDocument;

  constructor(scope: Construct, id: string, { description, stores, permissions, logGroup }: BrokerRoleProps) {
    const policy = new PolicyDocument();
    const writeLogs = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    super(scope, id, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${description} (${Stack.of(scope).stackName})`,
      inlinePolicies: { broker: policy, logs: new PolicyDocument({ statements: [writeLogs] }) },
    });
    this.#stores = stores;
    this.#policy = policy;
    this.permit(permissions);
  }

  /** Adds to what it may do. */
  permit(permissions: Permissions): void {
    const { table, bucket } = this.#stores;
    this.#policy.addStatements(...statementsOf(permissions, table.tableArn, bucket.bucketArn));
    this.#acknowledgePrefixes([...permissions.putObjects, ...permissions.getObjects]);
  }

  /** For those who check their app with cdk-nag, which wants a reason for each wildcard. */
  #acknowledgePrefixes(prefixes: readonly string[]): void {
    const { bucket } = this.#stores;
    const bucketId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
    for (const prefix of new Set(prefixes)) {
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${prefix}]`,
        reason:
          'Objects have names that nobody knows before: the wildcard ends the prefix of those of one kind.',
      });
    }
  }

  /** For the permission that Lambda's construct adds when requests are traced. */
  acknowledgeTracing(): void {
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources to name: xray:PutTraceSegments takes * alone.',
    });
  }
}
