import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface DataStoresProps {
  readonly removalPolicy: RemovalPolicy;
}

/** An upload is one PUT; whatever else was begun is nobody's after a day. */
const UNFINISHED_UPLOADS_DAYS = 1;

/**
 * The table and the bucket that hold everything. Their names come from CloudFormation, and nothing about them depends on
 * what is deployed beside them, so no change of the stack replaces them.
 */
export class DataStores extends Construct {
  readonly table: Table;
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { removalPolicy }: DataStoresProps) {
    super(scope, id);
    const isKept = removalPolicy !== RemovalPolicy.DESTROY;
    this.table = new Table(this, 'Table', {
      // As lib/storage/dynamodb/create-table.ts.
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // Only items that may vanish have it: results of requests that were kept for a repeat.
      timeToLiveAttribute: 'ttl',
      deletionProtection: isKept,
      removalPolicy,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        {
          id: 'unfinished-uploads',
          abortIncompleteMultipartUploadAfter: Duration.days(UNFINISHED_UPLOADS_DAYS),
        },
      ],
      removalPolicy,
      autoDeleteObjects: !isKept,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Every request of the API is in its access log, and only the functions read or write the bucket: a second log of each object would cost a PUT for a PUT.',
    });
  }
}
