import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What Lambda takes from a function, as JSON in UTF-8: the body, escaped or in base64, and all around it. */
export const LAMBDA_RESPONSE_BYTES_MAX = 6_291_556;

/** What is said of the length in a header is the gateway's to say. */
const CONTENT_LENGTH = 'content-length';

export interface GatewayResult extends APIGatewayProxyStructuredResultV2 {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/**
 * An answer as API Gateway takes it, and how many bytes Lambda's runtime makes of it. Text stays text, unless base64 is
 * shorter: in JSON, each quote of a JSON body takes two characters.
 */
export async function resultOf(
  response: Response,
): Promise<{ readonly result: GatewayResult; readonly serializedBytes: number }> {
  const headers = Object.fromEntries(response.headers);
  delete headers[CONTENT_LENGTH];
  const body = Buffer.from(await response.arrayBuffer());
  const isText = isTextType(headers['content-type'] ?? '') && isUtf8(body);
  const textBytes = isText ? escapedBytes(body) : Number.POSITIVE_INFINITY;
  const base64Bytes = base64Length(body);
  const isBase64Encoded = base64Bytes > 0 && base64Bytes < textBytes;
  const around = { statusCode: response.status, headers, body: '', isBase64Encoded };
  return {
    result: { ...around, body: body.toString(isBase64Encoded ? 'base64' : 'utf8') },
    serializedBytes: Buffer.byteLength(JSON.stringify(around)) + Math.min(textBytes, base64Bytes),
  };
}

const isTextType = (contentType: string): boolean =>
  /^text\/|^application\/(?:json|[\w.-]+\+json)\b/.test(contentType);

const base64Length = ({ length }: Uint8Array): number => Math.ceil(length / 3) * 4;

const [QUOTE, BACKSLASH, SPACE] = [0x22, 0x5c, 0x20];
/** Control characters with an escape of two characters: \b \t \n \f \r. Others take six. */
const SHORT_ESCAPES: readonly number[] = [8, 9, 10, 12, 13];

/** The length of a text in a JSON string (RFC 8259 §7), as `JSON.stringify` writes it. */
function escapedBytes(text: Uint8Array): number {
  let bytes = text.length;
  for (const byte of text) {
    if (byte === QUOTE || byte === BACKSLASH) bytes += 1;
    else if (byte < SPACE) bytes += SHORT_ESCAPES.includes(byte) ? 1 : 5;
  }
  return bytes;
}
