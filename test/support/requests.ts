import { BINARY_V2, JSON_TYPE, JSON_V2, RECORD_BATCH } from '../../lib/api/http/media-types.ts';

const post = (contentType: string, body: string | Uint8Array<ArrayBuffer>): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': contentType },
  body,
});

/** Requests as clients send them. */
export const binary = (...records: unknown[]): RequestInit => post(BINARY_V2, JSON.stringify({ records }));
/** The JSON text of each record, sent as it is. */
export const json = (...records: string[]): RequestInit =>
  post(JSON_V2, `{"records":[${records.join(',')}]}`);
export const raw = (contentType: string, body: string | Uint8Array<ArrayBuffer>): RequestInit =>
  post(contentType, body);
export const batches = (...all: Uint8Array[]): RequestInit => post(RECORD_BATCH, Buffer.concat(all));
export const v3 = (body: string): RequestInit => post(JSON_TYPE, body);
export const accept = (mediaType: string): RequestInit => ({ headers: { Accept: mediaType } });

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Status and JSON of an answer, to be compared in one go. */
export async function answered(
  response: Response | Promise<Response>,
): Promise<{ status: number; body: unknown }> {
  const { status } = await response;
  return { status, body: await (await response).json() };
}
