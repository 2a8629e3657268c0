import { Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BrokerFunction } from './broker-function.ts';
import type { DataStores } from './data-stores.ts';
import { deletesTopics, managesTopics } from './permissions.ts';

export interface TopicProviderProps {
  readonly stores: DataStores;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
}

/** A topic of ten thousand partitions takes some seconds. */
const TIMEOUT_SECONDS = 60;
/** CloudFormation waits an hour for an answer unless it is told otherwise; Lambda asks a function that failed again. */
const SERVICE_TIMEOUT_SECONDS = 300;
const MEMORY_MB = 512;

/**
 * The function behind the topics of a stack. It answers CloudFormation itself: the framework of
 * `aws-cdk-lib/custom-resources` would put another function before it, which may invoke any version of it.
 */
export class TopicProvider extends Construct {
  readonly serviceTimeout = Duration.seconds(SERVICE_TIMEOUT_SECONDS);
  readonly #function: BrokerFunction;
  #mayDelete = false;

  constructor(scope: Construct, id: string, { stores, environment, logRetention }: TopicProviderProps) {
    super(scope, id);
    this.#function = new BrokerFunction(this, 'Function', {
      entry: 'topic-resource',
      description: 'Rivulet: makes and alters the topics of a stack',
      stores,
      environment,
      permissions: managesTopics,
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      logRetention,
      tracing: false,
    });
    this.node.addDependency(stores);
  }

  get serviceToken(): string {
    return this.#function.function.functionArn;
  }

  /** Where some topic goes with its stack. */
  permitDeletion(): void {
    if (this.#mayDelete) return;
    this.#mayDelete = true;
    this.#function.role.permit(deletesTopics);
  }
}
