import { CustomResource, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { whyNotTopicName } from './names.ts';
import type { TopicProvider } from './topic-provider.ts';

export interface TopicOptions {
  /**
   * Partitions, 1 to 10,000. More can be added later; fewer is refused when the stack is deployed, as in Kafka.
   *
   * @default the broker's num.partitions, and what there is of a topic that exists
   */
  readonly partitions?: number;
  /**
   * Topic configs by their names, such as `max.message.bytes`.
   *
   * @default the broker's
   */
  readonly configs?: Readonly<Record<string, string | number>>;
  /**
   * What becomes of the topic, with all records in it, when it leaves the stack. Only what the stack has made is ever
   * deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

export interface TopicProps extends TopicOptions {
  readonly topicName: string;
  readonly provider: TopicProvider;
}

const PARTITIONS_MAX = 10_000;

/** A topic that is made, and altered, when the stack is deployed. */
export class Topic extends Construct {
  readonly topicName: string;

  constructor(scope: Construct, id: string, props: TopicProps) {
    super(scope, id);
    const { topicName, provider, partitions, configs, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.topicName = topicName;
    const isDeleted = removalPolicy === RemovalPolicy.DESTROY;
    if (isDeleted) provider.permitDeletion();
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::RivuletTopic',
      serviceToken: provider.serviceToken,
      serviceTimeout: provider.serviceTimeout,
      properties: {
        TopicName: topicName,
        ...(partitions !== undefined && { Partitions: String(partitions) }),
        ...(configs && {
          Configs: Object.fromEntries(Object.entries(configs).map(([key, value]) => [key, String(value)])),
        }),
        DeletesTopic: String(isDeleted),
      },
      // The function is asked also when the topic stays: it is told to leave it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    resource.node.addDependency(provider);
  }
}

/** @returns what is wrong, and what to change: a sentence each. */
export function topicProblems(name: string, { partitions }: TopicOptions): string[] {
  const why = whyNotTopicName(name);
  const problems = why === undefined ? [] : [`The topic '${name}' cannot be: ${why}.`];
  if (
    partitions !== undefined &&
    !(Number.isSafeInteger(partitions) && partitions >= 1 && partitions <= PARTITIONS_MAX)
  ) {
    problems.push(
      `The topic '${name}' has ${partitions} partitions: it has to be a whole number from 1 to ${PARTITIONS_MAX}.`,
    );
  }
  return problems;
}
