import { expect, test } from 'vitest';
import { formats } from '../../../lib/cli/fetch/format-record.ts';
import { asOffset } from '../../../lib/kafka/types.ts';

const record = { offset: asOffset(5), timestamp: 17, key: null, value: Buffer.from('é'), headers: [] };

test('a value a line', () => {
  expect(Buffer.from(formats.value(record, 2)).toString()).toBe('é\n');
  expect(Buffer.from(formats.value({ ...record, value: null }, 2)).toString()).toBe('\n');
});

test('a JSON object a line', () => {
  const full = { ...record, key: Buffer.from('k'), headers: [{ key: 'h', value: Buffer.from('v') }] };
  expect(JSON.parse(Buffer.from(formats.json(full, 2)).toString())).toEqual({
    partition: 2,
    offset: 5,
    timestamp: 17,
    key: 'k',
    value: 'é',
    headers: [{ name: 'h', value: 'v' }],
  });
});

test('what is missing is null, and what is no UTF-8 is base64 in a field of its own', () => {
  const line = Buffer.from(formats.json({ ...record, value: Buffer.of(0xff, 0x00) }, 0)).toString();
  expect(JSON.parse(line)).toMatchObject({ key: null, value_base64: '/wA=' });
  expect(JSON.parse(line)).not.toHaveProperty('value');
});
