import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Authentication } from './authentication.ts';
import { BrokerFunction } from './broker-function.ts';
import { DataStores } from './data-stores.ts';
import { autoCreatesTopics, DEFAULT_NAME, functionEnvironment } from './function-environment.ts';
import type { FunctionName } from './gateway-routes.ts';
import { authenticationProblems, endpointProblems, nameProblems } from './grant-problems.ts';
import { HttpGateway } from './http-gateway.ts';
import { consumeInvocations, type Invocation, produceInvocations } from './invoke-grants.ts';
import { type RivuletMetricName, rivuletMetric } from './metrics.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { type PermissionOptions, permissionsOf, permissionsOfAll } from './permissions.ts';
import type { RivuletProps } from './rivulet-props.ts';
import { Topic, type TopicOptions, topicProblems } from './topic.ts';
import { TopicProvider } from './topic-provider.ts';
import { problemsOf } from './validate-props.ts';
import { WebServer } from './web-server.ts';

const DESCRIPTIONS: Readonly<Record<FunctionName, string>> = {
  produce: 'Rivulet: appends records',
  fetch: 'Rivulet: reads partitions',
  consume: 'Rivulet: members of consumer groups, and consumer instances',
  admin: 'Rivulet: topics, groups, and all other requests',
};

/** Just below what API Gateway waits: whoever is cut off hears of it from us. */
const TIMEOUT_SECONDS = 29;
const MEMORY_MB = 1024;

type Functions = Readonly<Record<FunctionName, BrokerFunction>>;

/**
 * A partitioned log in Kafka's sense, with an API over HTTPS and no servers: Lambda functions before an S3 bucket and a
 * DynamoDB table. When nothing flows, nothing but storage is billed.
 *
 * @example
 * const log = new Rivulet(this, 'Log');
 * log.addTopic('orders', { partitions: 6 });
 * log.grantProduce(shop, 'orders');
 * log.grantConsume(billing, 'orders', 'billing');
 */
export class Rivulet extends Construct {
  /** Where clients reach the API, without a slash at the end. */
  readonly url: string;
  readonly table: Table;
  readonly bucket: Bucket;
  /** The HTTP API and its stage; absent with a web function. */
  readonly gateway: HttpGateway | undefined;
  /** The functions of an HTTP API, with their roles and log groups; absent with a web function. */
  readonly functions: Functions | undefined;
  /** The web function; absent with an HTTP API. */
  readonly webServer: WebServer | undefined;
  /** Dashboard and alarms: those that the properties ask for. */
  readonly monitoring: Monitoring;
  readonly #props: RivuletProps;
  readonly #name: string;
  readonly #stores: DataStores;
  #topicProvider: TopicProvider | undefined;

  /** @throws Error that names each property that is wrong, and what to change. */
  constructor(scope: Construct, id: string, props: RivuletProps = {}) {
    super(scope, id);
    this.#refuse(problemsOf(props));
    this.#props = props;
    this.#name = props.name ?? DEFAULT_NAME;
    this.#stores = new DataStores(this, 'Stores', {
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    this.table = this.#stores.table;
    this.bucket = this.#stores.bucket;
    if (props.endpoint === 'web-function') {
      this.webServer = this.#createWebServer();
      this.url = this.webServer.url;
    } else {
      this.functions = this.#createFunctions();
      this.gateway = this.#createGateway(this.functions);
      this.url = this.gateway.url;
    }
    this.monitoring = new Monitoring(this, 'Monitoring', {
      name: this.#name,
      functions: this.functions ?? {},
      api: this.gateway?.api,
      webFunctionName: this.webServer?.function.webFunctionName,
      table: this.table,
      bucket: this.bucket,
      ...props.monitoring,
    });
  }

  /**
   * Makes a topic, or alters it, when the stack is deployed.
   *
   * @throws Error when Kafka has no topic like that.
   */
  addTopic(name: string, options: TopicOptions = {}): Topic {
    this.#refuse(topicProblems(name, options));
    this.#topicProvider ??= new TopicProvider(this, 'TopicProvider', {
      stores: this.#stores,
      environment: functionEnvironment(this.#props, this.#stores),
      logRetention: this.#logRetention,
    });
    return new Topic(this, `Topic-${name}`, { topicName: name, provider: this.#topicProvider, ...options });
  }

  /**
   * Permits all requests, administration included.
   *
   * @throws Error unless requests are signed (IAM).
   */
  grantInvoke(grantee: IGrantable): Grant {
    this.#refuse(authenticationProblems('grantInvoke', this.#authentication));
    if (this.webServer) return this.webServer.function.endpoint.grants.invoke(grantee);
    return this.#grant(grantee, [{ method: '*', path: '/*' }]);
  }

  /**
   * Permits the requests of a producer, and no others: to append, to get a producer id, to look at the topic.
   *
   * @param topic @default every topic
   * @throws Error unless requests are signed (IAM) and come in through an HTTP API.
   */
  grantProduce(grantee: IGrantable, topic?: string): Grant {
    this.#checkGrant('grantProduce', topic);
    return this.#grant(grantee, produceInvocations(topic));
  }

  /**
   * Permits the requests of a consumer, and no others: to fetch, to look at the topic, and to take part in one group.
   * What an instance of a group subscribes to stands in the request's body, where AWS does not look: ACLs do.
   *
   * @param topic @default every topic
   * @param group '*' is every group. @default none: the consumer keeps its positions itself
   * @throws Error unless requests are signed (IAM) and come in through an HTTP API.
   */
  grantConsume(grantee: IGrantable, topic?: string, group?: string): Grant {
    this.#checkGrant('grantConsume', topic, group);
    return this.#grant(grantee, consumeInvocations(topic, group));
  }

  /** A metric of the functions. */
  metric(name: RivuletMetricName, options?: MetricOptions): Metric {
    return rivuletMetric(this.#name, name, options);
  }

  /** Records that were appended. @default sum over 5 minutes */
  metricRecordsIn(options?: MetricOptions): Metric {
    return this.metric('RecordsIn', options);
  }

  /** Records that were read. @default sum over 5 minutes */
  metricRecordsOut(options?: MetricOptions): Metric {
    return this.metric('RecordsOut', options);
  }

  /** Bytes of request bodies. @default sum over 5 minutes */
  metricBytesIn(options?: MetricOptions): Metric {
    return this.metric('BytesIn', options);
  }

  /** Bytes of answers. @default sum over 5 minutes */
  metricBytesOut(options?: MetricOptions): Metric {
    return this.metric('BytesOut', options);
  }

  /** From a produce request to its answer, in milliseconds. @default p99 over 5 minutes */
  metricProduceLatency(options?: MetricOptions): Metric {
    return this.metric('ProduceLatency', options);
  }

  /** Calls to a store that were throttled until their deadline. @default sum over 5 minutes */
  metricThrottles(options?: MetricOptions): Metric {
    return this.metric('Throttles', options);
  }

  /** Records between a consumer group and the end of a partition. @default maximum over 5 minutes */
  metricGroupLag(options?: MetricOptions): Metric {
    return this.metric('GroupLag', options);
  }

  get #logRetention(): RetentionDays {
    return this.#props.logRetention ?? RetentionDays.ONE_WEEK;
  }

  get #authentication(): Authentication {
    return this.#props.authentication ?? 'iam';
  }

  get #permissionOptions(): PermissionOptions {
    return {
      authentication: this.#authentication,
      autoCreatesTopics: autoCreatesTopics(this.#props.brokerConfigs),
    };
  }

  #createFunctions(): Functions {
    return {
      produce: this.#createFunction('produce'),
      fetch: this.#createFunction('fetch'),
      consume: this.#createFunction('consume'),
      admin: this.#createFunction('admin'),
    };
  }

  #createFunction(name: FunctionName): BrokerFunction {
    const { functions = {}, tracing = false } = this.#props;
    const options = functions[name];
    return new BrokerFunction(this, name[0]?.toUpperCase() + name.slice(1), {
      entry: name,
      description: DESCRIPTIONS[name],
      stores: this.#stores,
      environment: functionEnvironment(this.#props, this.#stores),
      permissions: permissionsOf(name, this.#permissionOptions),
      memorySize: options?.memorySize ?? MEMORY_MB,
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      logRetention: this.#logRetention,
      tracing,
      reservedConcurrentExecutions: options?.reservedConcurrentExecutions,
    });
  }

  #createGateway(functions: Functions): HttpGateway {
    const { throttle = {}, accessLogs = true } = this.#props;
    return new HttpGateway(this, 'Gateway', {
      name: this.#name,
      functions,
      authentication: this.#authentication,
      throttle,
      accessLogs,
      logRetention: this.#logRetention,
    });
  }

  #createWebServer(): WebServer {
    const { throttle } = this.#props;
    return new WebServer(this, 'WebServer', {
      stores: this.#stores,
      environment: functionEnvironment(this.#props, this.#stores),
      permissions: permissionsOfAll(this.#permissionOptions),
      authentication: this.#authentication,
      rateLimit: throttle?.rateLimit,
      logRetention: this.#logRetention,
    });
  }

  #grant(grantee: IGrantable, invocations: readonly Invocation[]): Grant {
    const { gateway } = this;
    if (gateway === undefined) throw new Error('assertion failed: grants of paths are for an HTTP API');
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: invocations.map(({ method, path }) =>
        gateway.api.arnForExecuteApi(method, path, '$default'),
      ),
    });
  }

  #checkGrant(method: string, topic: string | undefined, group?: string): void {
    this.#refuse([
      ...authenticationProblems(method, this.#authentication),
      ...endpointProblems(method, this.#props.endpoint ?? 'http-api'),
      ...nameProblems(topic, group),
    ]);
  }

  #refuse(problems: readonly string[]): void {
    if (problems.length > 0) throw new Error(`Rivulet '${this.node.path}': ${problems.join(' ')}`);
  }
}
