import { Client } from './client.ts';
import { type CredentialOptions, credentialsOf } from './credentials.ts';

/** What every command that talks to a broker is given. */
export interface Connection extends CredentialOptions {
  readonly url: string;
}

/** @throws CliError when that is no URL, or the credentials are none. */
export const connect = (connection: Connection): Client =>
  new Client(connection.url, credentialsOf(connection, process.env));
