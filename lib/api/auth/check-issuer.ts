import { isLoopback } from '../http/loopback.ts';

/** Nobody on the way can change what comes from there. */
export const isSecure = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));

/** @throws TypeError, with what to change, when whoever is on the way to the issuer could say whose signatures count. */
export function checkIssuer(issuer: string): void {
  const url = URL.parse(issuer);
  if (url === null || !isSecure(url)) {
    throw new TypeError(
      'An issuer of tokens has to be an https URL, such as https://auth.example.org: it tells whose signatures count',
    );
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new TypeError('An issuer of tokens has to be a URL without query, fragment, user and password');
  }
}
