import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * A line of JSON for each request (API Gateway, "Logging variables for HTTP APIs"): what it was, who sent it, what
 * became of it, how long it took. No header and no query is in it, so no secret can be.
 */
const FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  caller: '$context.identity.userArn',
  method: '$context.httpMethod',
  path: '$context.path',
  routeKey: '$context.routeKey',
  status: '$context.status',
  bytesOut: '$context.responseLength',
  ms: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  error: '$context.error.message',
  functionError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
} as const;

export const accessLogFormat = AccessLogFormat.custom(JSON.stringify(FIELDS));
