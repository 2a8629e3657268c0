import { unprocessable } from '../errors/api-error.ts';
import { jsonChecks } from '../http/json-body.ts';

/** What v2 does not take is 422. */
export const { check, jsonBody } = jsonChecks(unprocessable);
