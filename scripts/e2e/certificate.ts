import { join } from 'node:path';
import { run } from '../test-aws/install.ts';

export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

const NAMES = ['DNS:localhost', 'DNS:*.execute-api.localhost', 'IP:127.0.0.1'];

/**
 * Makes a certificate for the emulator and its APIs, signed by itself, in a folder. Without TLS nothing could be read from
 * or written to a bucket that denies plain HTTP, as the one of `cdk bootstrap` does.
 *
 * @throws Error when there is no `openssl`.
 */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const certificateFile = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  const files = ['-keyout', keyFile, '-out', certificateFile];
  const names = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${NAMES.join(',')}`];
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', ['req', '-x509', '-days', '7', ...key, ...files, ...names, ...leaf]);
  return { certificateFile, keyFile };
}
