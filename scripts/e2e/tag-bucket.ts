/**
 * `node tag-bucket.ts <bucket>` gives a bucket the tag that its stack gives it. The emulator leaves tags of buckets out,
 * and the function of the CDK that empties one before it is deleted touches none that has not got it.
 */
import { PutBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';

const [bucket = ''] = process.argv.slice(2);
const s3 = new S3Client({ forcePathStyle: true });
const TagSet = [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }];
await s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }));
