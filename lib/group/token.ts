import type { Runtime } from '../log/runtime.ts';

const TOKEN_BYTES = 8;

/** A name that nobody else draws: 11 characters. */
export const newToken = (runtime: Runtime): string =>
  Buffer.from(runtime.randomBytes(TOKEN_BYTES)).toString('base64url');
