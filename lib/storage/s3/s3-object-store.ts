import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { assertListLimit, assertObjectKey, assertRange } from '../assert-object-request.ts';
import { type AwsOptions, clientOptions, limitsOf, systemClock } from '../aws/client-options.ts';
import { Sender } from '../aws/sender.ts';
import { UnknownOutcomeError } from '../errors.ts';
import type { ByteRange, ObjectInfo, ObjectStore } from '../object-store.ts';

export interface S3ObjectStoreOptions extends AwsOptions {
  readonly bucket: string;
}

/** An object store on one S3 bucket, with what only this home has. */
export interface S3ObjectStore extends ObjectStore {
  /** @throws NotDoneError when the bucket is not there, or may not be listed. */
  check(): Promise<void>;
  /** The same store for a caller with another deadline; closing either closes both. */
  within(deadlineMs: number): ObjectStore;
}

const LIMITS = { attemptMs: 15_000, deadlineMs: 30_000 };
/** Of one DeleteObjects request. */
const DELETES_MAX = 1000;

/** Nothing is sent yet: the bucket is first asked by the first call. */
export function openS3ObjectStore(options: S3ObjectStoreOptions): S3ObjectStore {
  const { bucket, region, endpoint, clock = systemClock } = options;
  const client = new S3Client({
    ...clientOptions(options),
    forcePathStyle: endpoint !== undefined,
    // A checksum goes with every put, so what was damaged on the way is not kept. What comes back is whole batches
    // that carry checksums of their own, so it is not summed twice.
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const where = [region && ` in ${region}`, endpoint && ` at ${endpoint}`].filter(Boolean).join('');
  const sender = new Sender(`S3 bucket "${bucket}"${where}`, limitsOf(options, LIMITS), clock);
  return new Store(client, bucket, sender);
}

class Store implements S3ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #sender: Sender;

  constructor(client: S3Client, bucket: string, sender: Sender) {
    this.#client = client;
    this.#bucket = bucket;
    this.#sender = sender;
  }

  within(deadlineMs: number): ObjectStore {
    return new Store(this.#client, this.#bucket, this.#sender.within(deadlineMs));
  }

  /** Lists, because the answer to a HEAD has no body that would say what is wrong. */
  async check(): Promise<void> {
    await this.list('', { limit: 1 });
  }

  async put(key: string, parts: readonly Uint8Array[]): Promise<void> {
    assertObjectKey(key);
    const command = new PutObjectCommand({ ...this.#object(key), Body: joined(parts) });
    const send = (abortSignal: AbortSignal) => this.#client.send(command, { abortSignal });
    await this.#sender.operation(() => this.#sender.write(send));
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    assertObjectKey(key);
    if (range) assertRange(range);
    const command = new GetObjectCommand({
      ...this.#object(key),
      ...(range && { Range: rangeHeader(range) }),
    });
    const read = async (abortSignal: AbortSignal): Promise<Uint8Array | undefined> => {
      try {
        const { Body, ContentLength } = await this.#client.send(command, { abortSignal });
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
        if (ContentLength !== undefined && bytes.length !== ContentLength) {
          throw new Error(`${key} ended after ${bytes.length} of ${ContentLength} bytes`);
        }
        return bytes;
      } catch (error) {
        if (isNamed(error, 'NoSuchKey')) return undefined;
        if (isNamed(error, 'InvalidRange')) return new Uint8Array(0); // it begins beyond the end
        throw error;
      }
    };
    return this.#sender.operation(() => this.#sender.read(read));
  }

  async delete(keys: readonly string[]): Promise<void> {
    keys.forEach(assertObjectKey);
    await this.#sender.operation(async () => {
      for (let at = 0; at < keys.length; at += DELETES_MAX) {
        await this.#delete(keys.slice(at, at + DELETES_MAX));
      }
    });
  }

  async list(
    prefix: string,
    options: { readonly after?: string; readonly limit: number },
  ): Promise<ObjectInfo[]> {
    assertListLimit(options.limit);
    return this.#sender.operation(() => this.#list(prefix, options.after, options.limit));
  }

  async close(): Promise<void> {
    await this.#sender.close();
    this.#client.destroy();
  }

  async #list(prefix: string, after: string | undefined, limit: number): Promise<ObjectInfo[]> {
    let token: string | undefined;
    for (;;) {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: prefix,
        MaxKeys: limit,
        ...(after && { StartAfter: after }),
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await this.#sender.read((abortSignal) => this.#client.send(command, { abortSignal }));
      const infos = (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({
        key: Key,
        bytes: Size,
        modifiedMs: LastModified?.getTime() ?? 0,
      }));
      // A page may be empty although more keys follow.
      if (infos.length > 0 || page.NextContinuationToken === undefined) return infos;
      token = page.NextContinuationToken;
    }
  }

  async #delete(keys: readonly string[]): Promise<void> {
    const Objects = keys.map((Key) => ({ Key }));
    const command = new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } });
    await this.#sender.write(async (abortSignal) => {
      const { Errors = [] } = await this.#client.send(command, { abortSignal });
      const failed = Errors.filter(({ Code }) => Code !== 'NoSuchKey');
      const [first] = failed;
      if (first === undefined) return;
      const error = new Error(
        `${failed.length} of ${keys.length} objects were not deleted: ${first.Message}`,
      );
      if (first.Code !== undefined) error.name = first.Code;
      // Some are gone: "nothing was done" would be wrong.
      throw failed.length < keys.length ? new UnknownOutcomeError(error.message, { cause: error }) : error;
    });
  }

  #object(Key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key };
  }
}

/** One body. S3 wants its length and its checksum first, so the parts are laid side by side; a lone one is not copied. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = parts.filter((part) => part.length > 0);
  if (first === undefined) return new Uint8Array(0);
  return others.length === 0 ? first : Buffer.concat([first, ...others]);
}

/** RFC 9110 §14.2: both ends are part of it. */
function rangeHeader({ position, length }: ByteRange): string {
  const last = Math.min(position + length - 1, Number.MAX_SAFE_INTEGER);
  return `bytes=${position}-${last}`;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
