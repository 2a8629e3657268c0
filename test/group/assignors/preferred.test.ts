import { expect, test } from 'vitest';
import { type AssignorName, assignors, preferredAssignor } from '../../../lib/group/assignors/index.ts';
import { range } from '../../../lib/group/assignors/range.ts';
import { uniform } from '../../../lib/group/assignors/uniform.ts';

test.each<[string, (AssignorName | undefined)[], AssignorName]>([
  ['a group that nobody is in gets uniform', [], 'uniform'],
  ['a group in which nobody asks for one gets uniform', [undefined, undefined], 'uniform'],
  ['a group in which one asks for range gets it', [undefined, 'range', undefined], 'range'],
  ['a group gets what most ask for', ['range', 'uniform', undefined, 'range'], 'range'],
  ['as many for each is uniform', ['range', 'uniform', 'uniform', 'range'], 'uniform'],
  ['most may ask for uniform', ['uniform', 'range', 'uniform'], 'uniform'],
])('%s', (_, names, expected) => {
  expect(preferredAssignor(names)).toBe(expected);
});

test('the names are those of Kafka', () => {
  expect(assignors).toEqual({ uniform, range });
});
