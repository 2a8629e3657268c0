import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

export interface Issuer {
  readonly url: string;
  /** Paths that were asked for. */
  readonly requests: string[];
  /** Answers in place of what it would answer; for a path. */
  readonly answers: Map<string, (response: ServerResponse) => void>;
  /** What it publishes, as JSON. */
  keys(): string;
  /** A token by its newest key; claims and header that are not given are as they should be. */
  sign(claims?: Readonly<Record<string, unknown>>, header?: { alg?: string; kid?: string }): Promise<string>;
  /** From now on it signs with another key, which it publishes. */
  rotate(alg?: string): Promise<void>;
}

export const NOW_S = Date.parse('2026-01-31T12:00:00Z') / 1_000;
export const AUDIENCE = 'rivulet';

export const configurationOf = (url: string): string =>
  JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` });

/** A real OpenID provider on this machine, as far as whoever checks its tokens needs it, until the test ends. */
export async function openIssuer(): Promise<Issuer> {
  const requests: string[] = [];
  const answers: Issuer['answers'] = new Map();
  const published: object[] = [];
  let signing: { key: CryptoKey; alg: string; kid: string };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const answer = answers.get(path);
    if (answer !== undefined) return answer(response);
    response.setHeader('Content-Type', 'application/json');
    if (path === '/.well-known/openid-configuration') {
      return response.end(configurationOf(url));
    }
    if (path === '/keys') return response.end(issuer.keys());
    return response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    requests,
    answers,
    keys: () => JSON.stringify({ keys: published }),
    async rotate(alg = 'ES256') {
      const pair = await generateKeyPair(alg);
      signing = { key: pair.privateKey, alg, kid: `key-${published.length}` };
      published.push({ ...(await exportJWK(pair.publicKey)), alg, kid: signing.kid, use: 'sig' });
    },
    sign(claims = {}, header = {}) {
      const { key, alg, kid } = signing;
      const all = { iss: url, aud: AUDIENCE, sub: 'alice', iat: NOW_S, exp: NOW_S + 300, ...claims };
      return new SignJWT(all).setProtectedHeader({ alg, kid, ...header }).sign(key);
    },
  };
  await issuer.rotate();
  return issuer;
}
