import { badRequest } from '../errors/api-error.ts';
import { jsonChecks } from '../http/json-body.ts';

/** What v3 does not take is 400. */
export const { check, jsonBody } = jsonChecks(badRequest);
