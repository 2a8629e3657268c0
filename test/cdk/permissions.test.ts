import { RemovalPolicy } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test, vi } from 'vitest';
import { namedVariants, newRivulet, SYNTH_MS, templateOf } from './synth.ts';

vi.setConfig({ testTimeout: SYNTH_MS });

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: { readonly 'ForAllValues:StringLike'?: { readonly 'dynamodb:LeadingKeys': string[] } };
}

const listOf = <Value>(value: Value | readonly Value[]): readonly Value[] =>
  Array.isArray(value) ? value : [value as Value];

/** The statements of our own roles, by the id of the role. */
function policies(template: Template): Map<string, Statement[]> {
  const roles = template.findResources('AWS::IAM::Role', {});
  return new Map(
    Object.entries(roles)
      .filter(([id]) => id.startsWith('Rivulet'))
      .map(([id, { Properties }]) => [
        id.replace(/^Rivulet|Role[0-9A-F]{8}$/g, ''),
        (Properties.Policies ?? []).flatMap(
          ({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) => PolicyDocument.Statement,
        ),
      ]),
  );
}

/** What a role may do: `Action on key or prefix`. */
function grants(statements: readonly Statement[]): string[] {
  return statements
    .flatMap(({ Action, Resource, Condition }) => {
      const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
      const targets = keys ?? listOf(Resource).map(shown);
      return listOf(Action).flatMap((action) => targets.map((target) => `${action} ${target}`));
    })
    .toSorted();
}

/** The end of a resource that is made of parts, or what it refers to. */
function shown(resource: unknown): string {
  const text = JSON.stringify(resource);
  const prefix = /"(\/[a-z]+\/\*)"\]\]\}$/.exec(text)?.[1];
  return prefix ?? (/Rivulet([A-Za-z]+?)[0-9A-F]{8}/.exec(text)?.[1] || text);
}

test('each function may do what it does, and nothing else', () => {
  const roles = policies(templateOf({}));
  expect([...roles.keys()]).toEqual(['Produce', 'Fetch', 'Consume', 'Admin', 'TopicProviderFunction']);
  for (const [name, statements] of roles) expect(grants(statements)).toMatchSnapshot(name);
});

test.each(namedVariants)(
  'no role has a wildcard for actions, a whole service or all resources: %s',
  (_, props) => {
    const roles = policies(templateOf(props));
    expect(roles.size).toBeGreaterThan(1);
    for (const statement of [...roles.values()].flat()) {
      expect(statement.Effect).toBe('Allow');
      expect(listOf(statement.Action).filter((action) => action.includes('*'))).toEqual([]);
      expect(listOf(statement.Resource)).not.toContain('*');
    }
  },
);

test.each(namedVariants)(
  'every permission for the table names the keys that it is for, and nobody may scan it: %s',
  (_, props) => {
    const statements = [...policies(templateOf(props)).values()].flat();
    const onTable = statements.filter(({ Action }) => listOf(Action)[0]?.startsWith('dynamodb:'));
    expect(onTable.length).toBeGreaterThan(0);
    for (const { Action, Condition } of onTable) {
      expect(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'].length).toBeGreaterThan(0);
      expect(listOf(Action)).not.toContain('dynamodb:Scan');
    }
  },
);

test.each(namedVariants)('nobody may delete objects: %s', (_, props) => {
  const actions = [...policies(templateOf(props)).values()].flat().flatMap(({ Action }) => Action);
  expect(actions.filter((action) => /^s3:(Delete|Put(?!Object$))/.test(action))).toEqual([]);
});

const permitted = (name: string, props = {}): string[] => grants(policies(templateOf(props)).get(name) ?? []);

test('fetching writes nothing', () => {
  const writes = permitted('Fetch').filter((grant) => /(Put|Update|Delete)(Item|Object)/.test(grant));
  expect(writes).toEqual([]);
});

test('API keys can be looked up by their ids where they are checked, and are listed and written by administration alone', () => {
  for (const authentication of ['iam', 'api-keys'] as const) {
    const { Admin: admin, ...others } = Object.fromEntries(policies(templateOf({ authentication })));
    const onKeys = Object.values(others).flatMap((statements) =>
      grants(statements).filter((grant) => grant.endsWith(' KEYS')),
    );
    const expected = authentication === 'iam' ? [] : ['dynamodb:BatchGetItem KEYS', 'dynamodb:GetItem KEYS'];
    expect([...new Set(onKeys)]).toEqual(expected);
    expect(grants(admin ?? [])).toContain('dynamodb:PutItem KEYS');
  }
});

test('rules and keys are written by administration alone', () => {
  const writers = [...policies(templateOf({}))].filter(([, statements]) =>
    grants(statements).some((grant) => /(Put|Update|Delete)Item (ACLS|KEYS)$/.test(grant)),
  );
  expect(writers.map(([name]) => name)).toEqual(['Admin']);
});

test('producing makes topics only where the broker does', () => {
  const made = 'dynamodb:PutItem TOPICS';
  expect(permitted('Produce')).toContain(made);
  expect(permitted('Produce', { brokerConfigs: { 'auto.create.topics.enable': 'false' } })).not.toContain(
    made,
  );
});

test('what makes topics deletes them only where some topic goes with its stack', () => {
  const of = (removalPolicy: RemovalPolicy): string[] => {
    const { rivulet, template } = newRivulet();
    rivulet.addTopic('orders', { removalPolicy });
    return grants(policies(template()).get('TopicProviderFunction') ?? []);
  };
  expect(of(RemovalPolicy.RETAIN)).not.toContain('dynamodb:DeleteItem TOPICS');
  expect(of(RemovalPolicy.DESTROY)).toContain('dynamodb:DeleteItem TOPICS');
});
