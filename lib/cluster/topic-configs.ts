import { KafkaError } from '../kafka/errors.ts';
import type { BrokerConfig } from './broker-config.ts';
import type { ConfigOverrides, Topic } from './types.ts';

export type TimestampType = BrokerConfig['log.message.timestamp.type'];

/** One config of a topic: it is obeyed, or it would not stand here. */
interface TopicConfigDefinition {
  readonly name: string;
  /** Kafka's word for what its values look like. */
  readonly type: 'INT' | 'STRING';
  readonly doc: string;
  /** The broker config that holds the default for topics that do not override it. */
  readonly synonym: keyof BrokerConfig;
  /** What is wrong with a value, or `undefined` when it is good. */
  readonly refuse: (text: string) => string | undefined;
}

const INT_MAX = 2 ** 31 - 1;

function refuseNonInt(text: string): string | undefined {
  const good = /^\d{1,10}$/.test(text) && Number(text) <= INT_MAX;
  return good ? undefined : `a whole number from 0 to ${INT_MAX}`;
}

const refuseUnless =
  (...values: readonly string[]) =>
  (text: string): string | undefined =>
    values.includes(text) ? undefined : `one of ${values.join(', ')}`;

/** All configs that a topic can have, in the order of their names. */
export const topicConfigDefinitions: readonly TopicConfigDefinition[] = [
  {
    name: 'max.message.bytes',
    type: 'INT',
    doc: 'The largest record batch that the topic takes, after compression.',
    synonym: 'message.max.bytes',
    refuse: refuseNonInt,
  },
  {
    name: 'message.timestamp.type',
    type: 'STRING',
    doc: "Whether a record keeps its producer's time (CreateTime) or gets the time of its append (LogAppendTime).",
    synonym: 'log.message.timestamp.type',
    refuse: refuseUnless('CreateTime', 'LogAppendTime'),
  },
];

const definitionNames = topicConfigDefinitions.map(({ name }) => name).join(', ');

/** @throws KafkaError INVALID_CONFIG for a config that does not exist here, or a value that it cannot have. */
export function validateOverrides(overrides: Readonly<Record<string, string>>): ConfigOverrides {
  for (const [name, value] of Object.entries(overrides)) {
    const definition = topicConfigDefinitions.find((candidate) => candidate.name === name);
    if (definition === undefined) {
      throw new KafkaError(
        'INVALID_CONFIG',
        `Unknown topic config name: ${name}. Those that are obeyed here: ${definitionNames}.`,
      );
    }
    const wanted = definition.refuse(value);
    if (wanted !== undefined) {
      throw new KafkaError(
        'INVALID_CONFIG',
        `Invalid value ${value} for configuration ${name}: it has to be ${wanted}.`,
      );
    }
  }
  return { ...overrides };
}

/** What a topic's configs come to: its own overrides, and the broker's defaults for the rest. */
export interface EffectiveTopicConfig {
  readonly 'max.message.bytes': number;
  readonly 'message.timestamp.type': TimestampType;
}

export function effectiveConfig(
  topic: Pick<Topic, 'overrides'>,
  brokerConfig: BrokerConfig,
): EffectiveTopicConfig {
  const { overrides } = topic;
  const timestampType = overrides['message.timestamp.type'] ?? brokerConfig['log.message.timestamp.type'];
  return {
    'max.message.bytes': Number(overrides['max.message.bytes'] ?? brokerConfig['message.max.bytes']),
    'message.timestamp.type': timestampType === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
  };
}

/** One line of a topic's description. */
export interface DescribedConfig {
  readonly name: string;
  readonly value: string;
  readonly type: TopicConfigDefinition['type'];
  readonly isDefault: boolean;
  readonly synonym: string;
  readonly doc: string;
}

/** Every config of a topic with the value that is obeyed, in the order of the names. */
export function describeConfigs(
  topic: Pick<Topic, 'overrides'>,
  brokerConfig: BrokerConfig,
): DescribedConfig[] {
  return topicConfigDefinitions.map(({ name, type, doc, synonym }) => {
    const override = topic.overrides[name];
    const value = override ?? String(brokerConfig[synonym]);
    return { name, value, type, isDefault: override === undefined, synonym, doc };
  });
}
