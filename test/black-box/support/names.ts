import { randomBytes } from 'node:crypto';

/** A name that nobody else uses, on a broker that others use too; it may be a topic's. */
export const freshName = (what: string): string => `${what}-${randomBytes(6).toString('hex')}`;
