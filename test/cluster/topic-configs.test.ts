import { expect, test } from 'vitest';
import { describeConfigs, effectiveConfig, validateOverrides } from '../../lib/cluster/topic-configs.ts';
import { makeConfig } from './stores.ts';

test('a topic without overrides obeys the broker', () => {
  const config = makeConfig({ 'message.max.bytes': 5_000, 'log.message.timestamp.type': 'LogAppendTime' });
  expect(effectiveConfig({ overrides: {} }, config)).toEqual({
    'max.message.bytes': 5_000,
    'message.timestamp.type': 'LogAppendTime',
  });
});

test('an override wins', () => {
  const overrides = { 'max.message.bytes': '100', 'message.timestamp.type': 'LogAppendTime' };
  expect(effectiveConfig({ overrides }, makeConfig())).toEqual({
    'max.message.bytes': 100,
    'message.timestamp.type': 'LogAppendTime',
  });
});

test('a description tells which values are the own ones', () => {
  const described = describeConfigs({ overrides: { 'max.message.bytes': '100' } }, makeConfig());
  expect(described.map(({ name, value, isDefault }) => [name, value, isDefault])).toEqual([
    ['max.message.bytes', '100', false],
    ['message.timestamp.type', 'CreateTime', true],
  ]);
});

test.each([
  ['max.message.bytes', '0', true],
  ['max.message.bytes', '2147483647', true],
  ['max.message.bytes', '2147483648', false],
  ['max.message.bytes', '-1', false],
  ['max.message.bytes', '1e3', false],
  ['max.message.bytes', '', false],
  ['message.timestamp.type', 'CreateTime', true],
  ['message.timestamp.type', 'createtime', false],
  ['constructor', 'x', false],
  ['toString', 'x', false],
])('%s=%s is accepted: %s', (name, value, isAccepted) => {
  const validate = () => validateOverrides({ [name]: value });
  if (isAccepted) expect(validate()).toEqual({ [name]: value });
  else expect(validate).toThrow(name);
});
