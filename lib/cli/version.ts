import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The release, as `package.json` of the checkout or of the installed package names it. */
export function readVersion(): string {
  const file = findPackageJSON('..', import.meta.url);
  if (file === undefined) throw new Error('assertion failed: there is a package.json above this file');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}
