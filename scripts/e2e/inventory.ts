/**
 * `node inventory.ts` prints, as JSON, what there is in the account that AWS's environment variables lead to: `kind name`
 * of each function, API, role, group of logs, table and bucket.
 */
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';

const { AWS_ENDPOINT_URL = '', AWS_REGION = '' } = process.env;
const dynamodb = new DynamoDBClient({});
const s3 = new S3Client({ forcePathStyle: true });

interface Asked {
  readonly service: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks a service for which there is no client here, with the signature of the one that there is. */
async function ask({ service, method, path, headers = {}, body }: Asked): Promise<string> {
  const url = new URL(path, AWS_ENDPOINT_URL);
  // A client of its own: the first name that a client signs for stays its name.
  const signer = await new DynamoDBClient({}).config.signer({
    name: 'sigv4',
    signingName: service,
    signingRegion: AWS_REGION,
    properties: {},
  });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
    body,
  });
  const { host, ...sent } = signed.headers;
  const answer = await fetch(url, { method, headers: sent, ...(body !== undefined && { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} ${path}: ${answer.status} ${text}`);
  return text;
}

async function functions(): Promise<string[]> {
  const text = await ask({ service: 'lambda', method: 'GET', path: '/2015-03-31/functions?MaxItems=10000' });
  const { Functions } = JSON.parse(text) as { Functions: { FunctionName: string }[] };
  return Functions.map(({ FunctionName }) => `function ${FunctionName}`);
}

async function apis(): Promise<string[]> {
  const text = await ask({ service: 'apigateway', method: 'GET', path: '/v2/apis?maxResults=1000' });
  const { items } = JSON.parse(text) as { items: { name: string; apiId: string }[] };
  return items.map(({ name, apiId }) => `API ${name} ${apiId}`);
}

async function logGroups(): Promise<string[]> {
  const text = await ask({
    service: 'logs',
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.DescribeLogGroups',
    },
    body: '{}',
  });
  const { logGroups: groups } = JSON.parse(text) as { logGroups: { logGroupName: string }[] };
  return groups.map(({ logGroupName }) => `log group ${logGroupName}`);
}

async function roles(): Promise<string[]> {
  const text = await ask({
    service: 'iam',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=ListRoles&Version=2010-05-08&MaxItems=1000',
  });
  return Array.from(text.matchAll(/<RoleName>(?<name>[^<]*)</g), ({ groups }) => `role ${groups?.name}`);
}

async function tables(): Promise<string[]> {
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  return TableNames.map((name) => `table ${name}`);
}

async function buckets(): Promise<string[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return Buckets.map(({ Name }) => `bucket ${Name}`);
}

const all = await Promise.all([functions(), apis(), logGroups(), roles(), tables(), buckets()]);
console.log(JSON.stringify(all.flat().sort()));
