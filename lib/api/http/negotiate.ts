/** One alternative of an Accept header (RFC 9110 §12.5.1). */
interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  /** 0 to 1; 0 refuses. */
  readonly quality: number;
}

function parseRange(text: string): MediaRange | undefined {
  const [name = '', ...parameters] = text.split(';');
  const [type = '', subtype = ''] = name.trim().toLowerCase().split('/');
  if (type === '' || subtype === '') return undefined;
  const weight = parameters
    .map((parameter) => parameter.trim().toLowerCase())
    .find((p) => p.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, subtype, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

const specificity = ({ type, subtype }: MediaRange): number => (type === '*' ? 0 : subtype === '*' ? 1 : 2);

function matches({ type, subtype }: MediaRange, mediaType: string): boolean {
  if (type === '*') return true;
  return subtype === '*' ? mediaType.startsWith(`${type}/`) : mediaType === `${type}/${subtype}`;
}

/** The quality of the most specific range that a media type falls under. */
function qualityOf(ranges: readonly MediaRange[], mediaType: string): number {
  let best: MediaRange | undefined;
  for (const range of ranges) {
    if (matches(range, mediaType) && (best === undefined || specificity(range) > specificity(best)))
      best = range;
  }
  return best?.quality ?? 0;
}

/**
 * The media type to answer with: the one that `accept` likes best, and among equals the first of `offered`;
 * `undefined` when none will do. No header means anything.
 */
export function negotiate(accept: string | null, offered: readonly string[]): string | undefined {
  if (accept === null || accept.trim() === '' || accept === '*/*') return offered[0];
  const ranges = accept.split(',').flatMap((text) => parseRange(text) ?? []);
  let chosen: string | undefined;
  let chosenQuality = 0;
  for (const mediaType of offered) {
    const quality = qualityOf(ranges, mediaType);
    if (quality > chosenQuality) {
      chosen = mediaType;
      chosenQuality = quality;
    }
  }
  return chosen;
}

/** A Content-Type without its parameters, in lower case; `undefined` when its charset is not UTF-8. */
export function essenceOf(contentType: string): string | undefined {
  const [essence = '', ...parameters] = contentType.toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((p) => p.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  return isUtf8 ? essence.trim() : undefined;
}
