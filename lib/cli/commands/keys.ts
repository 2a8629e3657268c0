import type { ApiKey } from '../../cluster/api-keys/types.ts';
import { FormatVersionError } from '../../cluster/cluster-meta.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { StoreError } from '../../storage/errors.ts';
import { CliError } from '../cli-error.ts';
import type { KeyRegistry } from '../keys/key-registry.ts';
import { type KeyPlace, openKeys } from '../keys/open-keys.ts';
import { table } from '../text.ts';

export interface KeysOptions extends KeyPlace {
  readonly json?: boolean;
}

export interface CreateKeyOptions extends KeysOptions {
  readonly principal: string;
  readonly description?: string;
}

/** Makes a key. Its secret stands on stdout, behind its id and a colon, and nowhere else. */
export async function createKey(options: CreateKeyOptions): Promise<void> {
  const { principal, description, json } = options;
  const made = await withKeys(options, true, (keys) =>
    keys.create({ principal, ...(description !== undefined && { description }) }),
  );
  if (json) return printJson({ ...viewOf(made), secret: made.secret });
  process.stdout.write(`${made.keyId}:${made.secret}\n`);
  process.stderr.write(`made a key for ${principal}; its secret is not shown again\n`);
}

export async function listKeys(options: KeysOptions): Promise<void> {
  const keys = await withKeys(options, false, (registry) => registry.list());
  if (options.json) return printJson(keys.map(viewOf));
  if (keys.length === 0) return;
  const rows = keys.map(({ keyId, principal, createdMs, description = '' }) => [
    keyId,
    principal,
    timeOf(createdMs),
    description,
  ]);
  process.stdout.write(table([['KEY', 'PRINCIPAL', 'CREATED', 'DESCRIPTION'], ...rows]));
}

export async function revokeKey(keyId: string, options: KeysOptions): Promise<void> {
  await withKeys(options, false, (keys) => keys.revoke(keyId));
  if (options.json) return printJson({ revoked: keyId });
  process.stdout.write(`revoked ${keyId}\n`);
}

/** Does something with the keys, and lets go of what holds them. What is expected to go wrong is one line. */
async function withKeys<Result>(
  place: KeyPlace,
  mayBeNew: boolean,
  work: (keys: KeyRegistry) => Promise<Result>,
): Promise<Result> {
  try {
    const keys = await openKeys(place, mayBeNew);
    try {
      return await work(keys);
    } finally {
      await keys.close();
    }
  } catch (error) {
    const isExpected =
      error instanceof KafkaError || error instanceof StoreError || error instanceof FormatVersionError;
    throw isExpected ? new CliError(error.message, { cause: error }) : error;
  }
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

const viewOf = ({ keyId, principal, description, createdMs }: ApiKey) => ({
  key_id: keyId,
  principal,
  description: description ?? null,
  created_at: timeOf(createdMs),
});

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
