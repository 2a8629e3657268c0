/** A log line's text is cut here. */
const TEXT_LENGTH_MAX = 2_000;

const HEADER = /\b(authorization|x-amz-security-token|idempotency-key|cookie)(["']?\s*[:=]\s*)[^\r\n]+/gi;
const CREDENTIALS = /\b(Basic|Bearer)\s+[\w+/=.~-]+/gi;
const SIGNATURE = /\b(Signature|Credential|X-Amz-Signature|X-Amz-Credential)=[^\s,&]+/gi;

/**
 * Takes out of a text what proves who somebody is. Nothing of the kind is put into a log on purpose; but what an AWS
 * service says of a signature that it does not accept quotes the headers that were signed.
 */
export function redact(text: string): string {
  const shown = text.replace(HEADER, '$1$2***').replace(CREDENTIALS, '$1 ***').replace(SIGNATURE, '$1=***');
  return shown.length > TEXT_LENGTH_MAX ? `${shown.slice(0, TEXT_LENGTH_MAX)}…` : shown;
}
