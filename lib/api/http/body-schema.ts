import type { z } from 'zod';

/** `['records', 3, 'value']` as `records[3].value`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

const SCHEMA_FIELD = /_schema(_id)?$/;

/** What is wrong with a body, and where, in one line. */
export function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  const at = pathOf(issue?.path ?? []);
  const where = at === '' ? 'The request body' : at;
  if (issue?.code !== 'unrecognized_keys') return `${where}: ${issue?.message}.`;
  const fields = issue.keys.join(', ');
  const hint = issue.keys.some((key) => SCHEMA_FIELD.test(key))
    ? ' Schemas (Avro and others) are not supported.'
    : '';
  return `Unrecognized field: ${at === '' ? fields : `${at}.${fields}`}.${hint}`;
}
