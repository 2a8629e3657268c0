import * as z from 'zod';

export const groupParameter = z.string().describe('Name of the consumer group.');

export const groupParameters = z.strictObject({ group: groupParameter });
