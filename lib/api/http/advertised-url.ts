/**
 * The URL under which clients reach a broker, as somebody wrote it into a configuration: `http` or `https`, with a
 * path where a proxy serves it under one. Comes out as links need it, without a slash at the end.
 *
 * @throws TypeError that says, in a sentence, what it has to be.
 */
export function parseAdvertisedUrl(text: string): string {
  const url = /^https?:\/\//i.test(text) && !/\s/.test(text) ? URL.parse(text) : null;
  if (url === null)
    throw new TypeError('It has to be an http or https URL, such as https://logs.example.org/kafka.');
  if (/[?#]/.test(text)) throw new TypeError('It has to end with the path: no query, no fragment.');
  if (url.username !== '' || url.password !== '')
    throw new TypeError('It has to be without a user and a password: every client gets to see it.');
  return url.origin + url.pathname.replace(/\/+$/, '');
}
