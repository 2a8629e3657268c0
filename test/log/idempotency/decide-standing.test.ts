import { expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import { decideStanding } from '../../../lib/log/idempotency/decide-standing.ts';
import {
  decodeRequestRecord,
  encodeRequestRecord,
  type RequestRecord,
} from '../../../lib/log/idempotency/request-record.ts';

const record: RequestRecord = {
  id: 'mine',
  hash: 'h',
  expiresAtMs: 86_400_500,
  topicId: 't',
  plan: { keyless: 1 },
  partitions: [
    { partition: 3, appendId: 'elevenchars', epoch: asEpoch(2), nextBefore: asOffset(7) },
    { partition: 0, appendId: 'elevenChars', epoch: asEpoch(0), nextBefore: asOffset(0) },
  ],
  offsets: undefined,
};

test.each([
  ['the record that this call put, its answer lost', {}, 0, 'own'],
  ['even when its time is over', {}, 86_400_500, 'own'],
  ['a record of the same request', { id: 'theirs' }, 86_400_499, 'repeat'],
  ['one whose time is over', { id: 'theirs' }, 86_400_500, 'expired'],
  ['one of another request', { id: 'theirs', hash: 'other' }, 0, 'otherRequest'],
  ['one of another request, whose time is over', { id: 'theirs', hash: 'other' }, 86_400_500, 'expired'],
])('%s: %o at %i is %s', (_, standing, nowMs, decision) => {
  expect(decideStanding({ ...record, ...standing }, record, nowMs)).toBe(decision);
});

test.each([
  ['begun', record],
  ['with its offsets', { ...record, offsets: [asOffset(9), undefined] }],
  ['protected by sequences', { ...record, partitions: [], offsets: [asOffset(0), asOffset(1), undefined] }],
])('a record that is %s comes back as it was kept', (_, kept) => {
  const attributes = encodeRequestRecord(kept);
  expect(attributes.ttl).toBe(86_401);
  expect(decodeRequestRecord(JSON.parse(JSON.stringify(attributes)))).toEqual(kept);
});

test.each([
  ['no offset for a partition', { offsets: [1] }],
  ['no epoch for a partition', { epochs: [2] }],
  ['a negative offset', { offsets: [1, -1] }],
  ['no plan', { plan: null }],
  ['no hash', { hash: 5 }],
  ['no partitions', { partitions: 'all' }],
])('a record with %s is refused', (_, wrong) => {
  expect(() => decodeRequestRecord({ ...encodeRequestRecord(record), ...wrong })).toThrow();
});
