import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';

/** What dashboard and alarms look at. */
export interface Monitored {
  /** Of the deployment: `service` of its metrics. */
  readonly name: string;
  /** By what they are for; none with a web function, which has other metrics. */
  readonly functions: Readonly<Record<string, { readonly function: IFunction }>>;
  /** In front of the functions; absent with a web function. */
  readonly api?: HttpApi | undefined;
  /** Absent with an HTTP API. */
  readonly webFunctionName?: string | undefined;
  readonly table: Table;
  readonly bucket: Bucket;
}
