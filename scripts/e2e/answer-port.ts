/**
 * Loaded into the emulator's functions by `node --import`. The functions that CDK brings along for its custom resources
 * tell CloudFormation how it went, and leave the port out of the URL that they were given: with AWS it is 443. This
 * puts the emulator's in. The product's own functions keep the port, and nothing changes for them.
 */
import https, { type RequestOptions } from 'node:https';

const ANSWERS = '/_ministack/cfn-response/';
const { request } = https;
const port = process.env.GATEWAY_PORT;

function withPort(options: unknown): unknown {
  const { path, port: given } = (options ?? {}) as RequestOptions;
  return path?.startsWith(ANSWERS) && given === undefined
    ? { ...(options as RequestOptions), port }
    : options;
}

https.request = ((first: unknown, ...rest: unknown[]) =>
  Reflect.apply(request, https, [withPort(first), ...rest])) as typeof request;
