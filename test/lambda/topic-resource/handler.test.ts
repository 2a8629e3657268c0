import { expect, test } from 'vitest';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { openFunctionBroker } from '../../../lib/lambda/open-broker.ts';
import { createTopicResourceHandler } from '../../../lib/lambda/topic-resource/handler.ts';
import { systemRuntime } from '../../../lib/log/runtime.ts';
import { Faults, faultyStores } from '../../support/faulty-stores.ts';
import { embeddedStores, variables } from '../function.ts';
import { startCloudFormation } from './cloud-formation.ts';

interface Asked {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly id?: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A deployment: CloudFormation, the function that it asks, and the topics behind it. */
async function deployment() {
  const [cloudFormation, embedded] = [await startCloudFormation(), await embeddedStores()];
  const faults = new Faults();
  const waits: number[] = [];
  const handler = createTopicResourceHandler({
    environment: variables,
    stores: faultyStores(embedded, faults),
    runtime: { ...systemRuntime, sleep: async (ms) => void waits.push(ms) },
  });
  const { topics } = await openFunctionBroker({ environment: readEnvironment(variables), stores: embedded });
  const ask = async ({ type, id, properties }: Asked) => {
    const ids = { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Topic' };
    await handler({
      RequestType: type,
      ResponseURL: cloudFormation.url,
      ...ids,
      ...(id !== undefined && { PhysicalResourceId: id }),
      ResourceProperties: { ServiceToken: 'arn', ...properties },
    });
    const { Status: status, Reason: reason, PhysicalResourceId, ...others } = told();
    expect(others).toEqual(ids);
    return { status, id: PhysicalResourceId, ...(reason !== undefined && { reason }) };
  };
  const told = () => {
    const last = cloudFormation.told.at(-1);
    if (last === undefined) throw new Error('CloudFormation was told nothing');
    return last.body;
  };
  const topic = async (name: string) => {
    topics.invalidate(name);
    const { partitionCount, overrides } = await topics.get(name);
    return { partitionCount, overrides };
  };
  const names = async () => (await topics.list()).map(({ name }) => name);
  return { ask, topic, names, topics, cloudFormation, faults, waits };
}

const orders = { TopicName: 'orders', Partitions: '3', DeletesTopic: 'false' };

test('a topic is made as it was asked for, and CloudFormation hears of it as its URL was signed', async () => {
  const { ask, topic, cloudFormation } = await deployment();
  const Configs = { 'max.message.bytes': '1000' };
  const { status, id } = await ask({ type: 'Create', properties: { ...orders, Configs } });
  expect([status, id]).toEqual(['SUCCESS', expect.stringMatching(/^created\/orders\//)]);
  expect(await topic('orders')).toEqual({ partitionCount: 3, overrides: Configs });
  expect(cloudFormation.told).toMatchObject([{ method: 'PUT', contentType: undefined }]);
});

test('without a number of partitions it has as many as the broker gives, or as it has', async () => {
  const { ask, topic, topics } = await deployment();
  await topics.create({ name: 'old', partitionCount: 5 });
  for (const TopicName of ['new', 'old']) {
    expect(await ask({ type: 'Create', properties: { TopicName, DeletesTopic: 'false' } })).toMatchObject({
      status: 'SUCCESS',
    });
  }
  expect([await topic('new'), await topic('old')]).toMatchObject([
    { partitionCount: 1 },
    { partitionCount: 5 },
  ]);
});

test('a topic that is there is altered, and known as one that the stack has not made', async () => {
  const { ask, topic, topics } = await deployment();
  await topics.create({ name: 'orders', configs: { 'max.message.bytes': '1000' } });
  const Configs = { 'message.timestamp.type': 'LogAppendTime' };
  const { id } = await ask({ type: 'Create', properties: { ...orders, Configs } });
  expect(id).toMatch(/^adopted\/orders\//);
  expect(await topic('orders')).toEqual({ partitionCount: 3, overrides: Configs });
});

test('an update adds partitions and changes configs under the same id', async () => {
  const { ask, topic } = await deployment();
  const { id } = await ask({ type: 'Create', properties: orders });
  const Configs = { 'max.message.bytes': '2000' };
  const properties = { ...orders, Partitions: '6', Configs };
  expect(await ask({ type: 'Update', id, properties })).toEqual({ status: 'SUCCESS', id });
  expect(await topic('orders')).toEqual({ partitionCount: 6, overrides: Configs });
});

test('a request that comes again changes nothing', async () => {
  const { ask, topic } = await deployment();
  const { id } = await ask({ type: 'Create', properties: orders });
  expect(await ask({ type: 'Create', properties: orders })).toMatchObject({ status: 'SUCCESS' });
  const properties = { ...orders, Partitions: '6' };
  for (let time = 0; time < 2; time++) {
    expect(await ask({ type: 'Update', id, properties })).toEqual({ status: 'SUCCESS', id });
  }
  expect(await topic('orders')).toMatchObject({ partitionCount: 6 });
});

test('fewer partitions than there are are refused, and nothing is changed', async () => {
  const { ask, topic } = await deployment();
  const { id } = await ask({ type: 'Create', properties: orders });
  const properties = { ...orders, Partitions: '2', Configs: { 'max.message.bytes': '2000' } };
  const reason = expect.stringMatching(/orders has 3 partitions.*ask for 3 or more, not for 2/);
  expect(await ask({ type: 'Update', id, properties })).toEqual({ status: 'FAILED', id, reason });
  expect(await topic('orders')).toEqual({ partitionCount: 3, overrides: {} });
});

test('a topic that leaves the stack stays, unless it was to go', async () => {
  const { ask, names } = await deployment();
  const { id } = await ask({ type: 'Create', properties: orders });
  expect(await ask({ type: 'Delete', id, properties: orders })).toEqual({ status: 'SUCCESS', id });
  expect(await names()).toEqual(['orders']);
  const properties = { ...orders, DeletesTopic: 'true' };
  for (let time = 0; time < 2; time++) {
    expect(await ask({ type: 'Delete', id, properties })).toEqual({ status: 'SUCCESS', id });
    expect(await names()).toEqual([]);
  }
});

test('what the stack has not made is not deleted: a topic that was there before', async () => {
  const { ask, names, topics } = await deployment();
  await topics.create({ name: 'orders' });
  const properties = { ...orders, DeletesTopic: 'true' };
  const { id } = await ask({ type: 'Create', properties });
  expect(await ask({ type: 'Delete', id, properties })).toMatchObject({ status: 'SUCCESS' });
  expect(await names()).toEqual(['orders']);
});

test('nor one that was made anew under the name', async () => {
  const { ask, names, topics } = await deployment();
  const properties = { ...orders, DeletesTopic: 'true' };
  const { id } = await ask({ type: 'Create', properties });
  await topics.delete('orders');
  await topics.create({ name: 'orders' });
  expect(await ask({ type: 'Delete', id, properties })).toMatchObject({ status: 'SUCCESS' });
  expect(await names()).toEqual(['orders']);
});

test('nor anything when the rollback of a creation that failed asks for it', async () => {
  const { ask, names, topics } = await deployment();
  await topics.create({ name: 'orders', partitionCount: 5 });
  const properties = { ...orders, DeletesTopic: 'true' };
  const { status, id } = await ask({ type: 'Create', properties });
  expect([status, id]).toEqual(['FAILED', 'none']);
  expect(await ask({ type: 'Delete', id, properties })).toEqual({ status: 'SUCCESS', id });
  expect(await names()).toEqual(['orders']);
});

test('another name is another topic, and the former one goes under its own id', async () => {
  const { ask, names } = await deployment();
  const properties = { ...orders, DeletesTopic: 'true' };
  const { id } = await ask({ type: 'Create', properties });
  const renamed = await ask({ type: 'Update', id, properties: { ...properties, TopicName: 'sales' } });
  expect(renamed.id).toMatch(/^created\/sales\//);
  await ask({ type: 'Delete', id, properties });
  expect(await names()).toEqual(['sales']);
});

test('what Kafka refuses fails the deployment with its reason', async () => {
  const { ask } = await deployment();
  const badName = await ask({ type: 'Create', properties: { ...orders, TopicName: 'or ders' } });
  expect(badName).toMatchObject({ status: 'FAILED', reason: expect.stringContaining("the topic's name") });
  const badConfig = await ask({ type: 'Create', properties: { ...orders, Configs: { 'flush.ms': '1' } } });
  expect(badConfig).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('flush.ms') });
  const noNumber = await ask({ type: 'Create', properties: { ...orders, Partitions: 'many' } });
  expect(noNumber).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('Partitions') });
});

test('a role that is not known everywhere yet is waited for, a bounded time', async () => {
  const { ask, faults, waits } = await deployment();
  faults.order('metadata.get', 'notDoneForGood', 'notDoneForGood');
  expect(await ask({ type: 'Create', properties: orders })).toMatchObject({ status: 'SUCCESS' });
  expect(waits).toEqual([1_000, 2_000]);
  faults.choose = () => 'notDoneForGood';
  const failed = await ask({ type: 'Create', properties: { ...orders, TopicName: 'sales' } });
  expect(failed).toMatchObject({ status: 'FAILED', reason: expect.any(String) });
  expect(waits.slice(2)).toEqual([1_000, 2_000, 4_000, 8_000]);
});

test('an answer that is turned down is given again, and then the call fails without telling the URL', async () => {
  const { ask, cloudFormation } = await deployment();
  cloudFormation.refuse(503, 503);
  expect(await ask({ type: 'Create', properties: orders })).toMatchObject({ status: 'SUCCESS' });
  cloudFormation.refuse(503, 503, 503);
  const failed = ask({ type: 'Create', properties: orders });
  await expect(failed).rejects.toThrow(/^CloudFormation did not take the answer: HTTP 503$/);
});
