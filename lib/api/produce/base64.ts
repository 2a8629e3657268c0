/**
 * Decodes base64 (RFC 4648 §4; padding may be left out), or gives `undefined` when it is none. Node's decoder
 * passes over what it does not know and takes the URL-safe alphabet too, so both are checked here: by length,
 * which shows anything that was passed over, and by a search for the two other letters.
 */
export function decodeBase64(text: string): Buffer | undefined {
  let digits = text.length;
  if (text.endsWith('=') && digits % 4 === 0) digits -= text.endsWith('==') ? 2 : 1;
  if (digits % 4 === 1) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== Math.floor((digits * 3) / 4)) return undefined;
  return text.includes('-') || text.includes('_') ? undefined : bytes;
}
