import { EnvironmentError, type Variables } from './environment.ts';

export interface HttpEndpoint {
  readonly host: string;
  readonly port: number;
}

const VARIABLE = 'AWS_LAMBDA_HTTP_ENDPOINT';
/** Every address, for Lambda looks for the server at the one that it names and not at this machine's own. */
const ANY_HOST = '0.0.0.0';
/** `host:port`, an IPv6 address in brackets; a scheme before it, and a slash behind it, mean nothing. */
const ENDPOINT = /^(?:https?:\/\/)?(?:(?<host>\[[\da-f:.]+\]|[^\s:/[\]]+):)?(?<port>\d{1,5})\/?$/i;
const PORT_MAX = 65_535;

/**
 * Where Lambda wants a Web Function to listen, within ten seconds of its start: `0.0.0.0:3000` in all that is published
 * (AWS Lambda Developer Guide, "Building Lambda Web Functions with Node.js").
 *
 * @throws EnvironmentError
 */
export function readHttpEndpoint(variables: Variables): HttpEndpoint {
  const value = variables[VARIABLE];
  if (value === undefined) {
    throw new EnvironmentError(
      `${VARIABLE} is missing: Lambda sets it for a Web Function. Elsewhere set it to an address such as 127.0.0.1:3000.`,
    );
  }
  const { host = ANY_HOST, port } = ENDPOINT.exec(value)?.groups ?? {};
  if (port === undefined || Number(port) > PORT_MAX)
    throw new EnvironmentError(`${VARIABLE} has to be host:port, such as 0.0.0.0:3000, and is ${value}.`);
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
