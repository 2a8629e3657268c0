import { RemovalPolicy } from 'aws-cdk-lib';
import { expect, test, vi } from 'vitest';
import { TABLE_SCHEMA } from '../../lib/storage/dynamodb/create-table.ts';
import { newRivulet, SYNTH_MS, templateOf, variants } from './synth.ts';

vi.setConfig({ testTimeout: SYNTH_MS });

const STATEFUL = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket'];

/** Whatever CloudFormation replaces a table or a bucket for, or finds it by. */
const REPLACING = ['TableName', 'KeySchema', 'AttributeDefinitions', 'LocalSecondaryIndexes', 'BucketName'];

/** The stores of a log, without what CDK brings along for itself. */
function stores(template: ReturnType<typeof templateOf>): Record<string, Record<string, unknown>> {
  const { Resources } = template.toJSON() as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  return Object.fromEntries(
    Object.entries(Resources)
      .filter(([id, { Type }]) => id.startsWith('Rivulet') && STATEFUL.includes(Type))
      .map(([id, { Type, Properties }]) => {
        const kept = REPLACING.filter((name) => name in Properties).map((name) => [name, Properties[name]]);
        return [id, { Type, ...Object.fromEntries(kept) }];
      }),
  );
}

// A change here deletes somebody's log, or leaves it behind and begins an empty one. So do not update the snapshot.
test('table and bucket keep their ids, their keys, and no names of their own, whatever the log is like', () => {
  const first = stores(templateOf({}));
  expect(first).toMatchSnapshot();
  for (const props of variants) expect(stores(templateOf(props))).toEqual(first);
  expect(stores(newRivulet({ name: 'other', removalPolicy: RemovalPolicy.DESTROY }).template())).toEqual(
    first,
  );
});

test('the table is as the store makes it for tests', () => {
  templateOf({}).hasResourceProperties('AWS::DynamoDB::Table', {
    KeySchema: TABLE_SCHEMA.KeySchema,
    AttributeDefinitions: TABLE_SCHEMA.AttributeDefinitions,
    BillingMode: TABLE_SCHEMA.BillingMode,
  });
});

test('the table can be restored, cannot be deleted by mistake, and forgets what has a ttl', () => {
  templateOf({}).hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    },
  });
});

test('the bucket is private, encrypted, kept, and refuses requests without TLS', () => {
  const template = templateOf({});
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [{ Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }],
      },
    },
  });
  const [policy] = Object.values(template.findResources('AWS::S3::BucketPolicy'));
  expect(policy?.Properties.PolicyDocument.Statement).toEqual([
    expect.objectContaining({
      Effect: 'Deny',
      Action: 's3:*',
      Principal: { AWS: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  ]);
});

test('what is asked for to go with the stack goes, and nothing else is there to delete objects', () => {
  const destroyed = newRivulet({ removalPolicy: RemovalPolicy.DESTROY }).template();
  destroyed.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  });
  destroyed.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  destroyed.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  templateOf({}).resourceCountIs('Custom::S3AutoDeleteObjects', 0);
});
