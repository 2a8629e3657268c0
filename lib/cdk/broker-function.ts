import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BrokerRole } from './broker-role.ts';
import type { DataStores } from './data-stores.ts';
import { functionCode } from './function-code.ts';
import type { Permissions } from './permissions.ts';

export interface BrokerFunctionProps {
  /** An entry in `functions/`. */
  readonly entry: string;
  readonly description: string;
  readonly stores: DataStores;
  readonly environment: Readonly<Record<string, string>>;
  /** All that it may do, beside writing its log. */
  readonly permissions: Permissions;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly logRetention: RetentionDays;
  readonly tracing: boolean;
  readonly reservedConcurrentExecutions?: number | undefined;
}

/** A function with a role and a log group of its own. */
export class BrokerFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: BrokerRole;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: BrokerFunctionProps) {
    super(scope, id);
    const { description, stores, permissions, tracing } = props;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new BrokerRole(this, 'Role', { description, stores, permissions, logGroup: this.logGroup });
    if (tracing) this.role.acknowledgeTracing();
    const { path, options } = functionCode(props.entry);
    this.function = new LambdaFunction(this, 'Function', {
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(path, options),
      role: this.role,
      logGroup: this.logGroup,
      memorySize: props.memorySize,
      timeout: props.timeout,
      environment: { ...props.environment, ...(tracing && { RIVULET_TRACING: 'true' }) },
      tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      ...(props.reservedConcurrentExecutions !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      }),
    });
  }
}
