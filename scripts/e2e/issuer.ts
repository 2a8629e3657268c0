import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Certificate } from './certificate.ts';

export interface Issuer extends AsyncDisposable {
  /** `iss` of its tokens. */
  readonly url: string;
  /** A token for an hour. */
  tokenFor(subject: string, audience: string): Promise<string>;
}

const KEY_ID = 'e2e';

/** An issuer of tokens with the two documents of OpenID Connect Discovery 1.0 §4 that an authorizer reads. */
export async function startIssuer({ certificateFile, keyFile }: Certificate): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
  const documents = new Map<string, unknown>([['/jwks.json', { keys: [jwk] }]]);
  const tls = { cert: await readFile(certificateFile), key: await readFile(keyFile) };
  const server = createServer(tls, ({ url = '' }, answer) => {
    const document = documents.get(url);
    answer.writeHead(document === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    answer.end(JSON.stringify(document ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  documents.set('/.well-known/openid-configuration', { issuer: url, jwks_uri: `${url}/jwks.json` });
  return {
    url,
    tokenFor: (subject, audience) =>
      new SignJWT()
        .setProtectedHeader({ alg: 'RS256', kid: KEY_ID })
        .setIssuer(url)
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
