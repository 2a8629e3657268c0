import { RemovalPolicy } from 'aws-cdk-lib';
import { expect, test, vi } from 'vitest';
import { parseProperties, parseRequest } from '../../lib/lambda/topic-resource/topic-request.ts';
import { newRivulet, SYNTH_MS } from './synth.ts';

vi.setConfig({ testTimeout: SYNTH_MS });

test('a topic asks its function for what it shall be, in the words that the function knows', () => {
  const { rivulet, template } = newRivulet();
  rivulet.addTopic('orders', { partitions: 6, configs: { 'max.message.bytes': 100_000 } });
  rivulet.addTopic('audit', { removalPolicy: RemovalPolicy.DESTROY });
  const made = template();
  const topics = Object.values(made.findResources('Custom::RivuletTopic'));
  const asked = topics.map(({ Properties }) => {
    const { ServiceToken, ServiceTimeout, ...ResourceProperties } = Properties;
    expect([ServiceToken['Fn::GetAtt'][0], Number(ServiceTimeout)]).toEqual([
      expect.stringMatching(/TopicProvider/),
      300,
    ]);
    const ids = { StackId: 's', RequestId: 'r', LogicalResourceId: 'l', ResponseURL: 'https://example.org' };
    return parseProperties(parseRequest({ RequestType: 'Create', ...ids, ResourceProperties }));
  });
  expect(asked).toEqual([
    { TopicName: 'orders', Partitions: 6, Configs: { 'max.message.bytes': '100000' }, DeletesTopic: false },
    { TopicName: 'audit', DeletesTopic: true },
  ]);
  // One for all topics; it is asked also when a topic leaves the stack, and told what to do with it.
  made.resourcePropertiesCountIs('AWS::Lambda::Function', { Timeout: 60 }, 1);
  for (const { DeletionPolicy } of topics) expect(DeletionPolicy).toBe('Delete');
});

test('a topic comes after the table and the bucket, and goes before them', () => {
  const { rivulet, template } = newRivulet({ removalPolicy: RemovalPolicy.DESTROY });
  rivulet.addTopic('orders');
  const made = template();
  const [topic] = Object.values(made.findResources('Custom::RivuletTopic'));
  const [table] = Object.keys(made.findResources('AWS::DynamoDB::Table'));
  const functions = topic?.DependsOn.filter((id: string) => id.includes('TopicProviderFunction'));
  expect(functions).not.toEqual([]);
  const { Resources } = made.toJSON();
  expect(functions.some((id: string) => JSON.stringify(Resources[id]).includes(table ?? 'no table'))).toBe(
    true,
  );
});

test('without topics there is no function for them', () => {
  newRivulet().template().resourceCountIs('AWS::Lambda::Function', 4);
});

test.each([
  ['or ders', {}, "The topic 'or ders' cannot be: it has to be 1 to 249 letters"],
  ['.', {}, "The topic '.' cannot be"],
  ['a'.repeat(250), {}, 'cannot be'],
  ['orders', { partitions: 0 }, 'has 0 partitions: it has to be a whole number from 1 to 10000'],
  ['orders', { partitions: 1.5 }, 'has 1.5 partitions'],
  ['orders', { partitions: 10_001 }, 'has 10001 partitions'],
])('a topic that Kafka would refuse is refused at once: %s %o', (name, options, says) => {
  expect(() => newRivulet().rivulet.addTopic(name, options)).toThrow(says);
});
