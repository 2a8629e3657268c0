/** The one way to the API: over HTTP, with what it wants to see of credentials. */
import { Agent, fetch, type RequestInit as UndiciInit } from 'undici';
import { inject } from 'vitest';
import { credentials } from './credentials.ts';
import { lookupLocalhost } from './lookup-localhost.ts';

export const apiUrl = inject('apiUrl');

const dispatcher = new Agent({ connect: { lookup: lookupLocalhost } });

/** Sends a request as it is, without credentials of the suites. */
export async function sendPlain(path: string, init: RequestInit = {}): Promise<Response> {
  const request = { ...init, dispatcher } as UndiciInit;
  // Undici's Response is the Web's, by another declaration.
  return (await fetch(apiUrl + path, request)) as unknown as Response;
}

/** Sends a request with the credentials of the environment, if it has any. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const body = init.body ?? null;
  if (body !== null && typeof body !== 'string' && !(body instanceof Uint8Array))
    throw new Error('A signature needs the bytes of the body: give it as text or bytes.');
  const proof = await credentials.headersFor({
    method: init.method ?? 'GET',
    url: new URL(apiUrl + path),
    contentType: headers.get('content-type') ?? undefined,
    body,
  });
  for (const [name, value] of Object.entries(proof)) headers.set(name, value);
  return sendPlain(path, { ...init, headers: Object.fromEntries(headers) });
}

/** The path of an absolute link that the API gave, below {@link apiUrl}. @throws Error when it leads elsewhere. */
export function pathOf(link: string): string {
  const { hostname, pathname, search } = new URL(link);
  const own = new URL(apiUrl);
  const prefix = own.pathname.replace(/\/$/, '');
  // Not the port: a function behind an emulator's gateway is told a host name as AWS's have it, without one.
  if (hostname !== own.hostname || !pathname.startsWith(prefix))
    throw new Error(`${link} does not lead to ${apiUrl}`);
  return pathname.slice(prefix.length) + search;
}
