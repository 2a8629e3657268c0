import type { HeadOutcome } from '../../../lib/storage/head.ts';
import type { AppendOutcome, MetadataStore } from '../../../lib/storage/metadata-store.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import type { Answer, HeadAnswer, StoreCall } from './calls.ts';
import type * as Subject from './subject.ts';

/** Answers a call, now or never. */
export type Ask = (call: StoreCall) => Promise<Answer>;

type Errors = Pick<typeof Subject, 'RefusedError' | 'UnknownOutcomeError'>;

const outside = (what: string) => (): never => {
  throw new Error(`the model has no ${what}`);
};

/** Both stores of one partition, each call of which is put to `ask`. */
export function askingStores(ask: Ask, errors: Errors): { objects: ObjectStore; metadata: MetadataStore } {
  const unknown = () => new errors.UnknownOutcomeError('no answer came');
  /** The result is what the contract of the operation says: see `applyCall`. */
  const call = async <Result>(request: StoreCall): Promise<Result> => {
    const answer = await ask(request);
    if (answer.kind === 'unknown') throw unknown();
    if (answer.kind === 'refused') throw new errors.RefusedError('a condition does not hold', answer.current);
    return answer.result as Result;
  };
  const metadata: MetadataStore = {
    inlineBytesMax: 0,
    get: async (key) => (await call<Awaited<ReturnType<MetadataStore['getMany']>>>(getMany([key])))[0],
    getMany: (keys) => call(getMany(keys)),
    query: (query) => call({ operation: 'query', query }),
    write: (ops) => call({ operation: 'write', ops }),
    getHead: () => call({ operation: 'getHead' }),
    getHeads: async () => [await call<HeadAnswer>({ operation: 'getHead' })],
    append: async ({ appends: [append, ...others] }): Promise<AppendOutcome[]> => {
      if (append === undefined || others.length > 0) throw new Error('one partition, one append a flush');
      const answer = await ask({ operation: 'append', append });
      return [answer.kind === 'result' ? (answer.result as HeadOutcome) : unknown()];
    },
    trim: (trim) => call({ operation: 'trim', trim }),
    lead: (lead) => call({ operation: 'lead', lead }),
    raiseBarrier: (_, id) => call({ operation: 'raiseBarrier', id }),
    createHeads: outside('creation of heads'),
    advance: outside('retention'),
    kill: outside('deletion of topics'),
    swap: outside('compaction'),
    close: async () => undefined,
  };
  const objects: ObjectStore = {
    put: (key, parts) => call({ operation: 'putObject', key, bytes: Buffer.concat(parts) }),
    get: async (key, range) => {
      if (range === undefined) throw new Error('slices are read by their ranges');
      const bytes = await call<Uint8Array | undefined>({ operation: 'getObject', key, range });
      return bytes && new Uint8Array(bytes); // the reader writes offsets into it
    },
    delete: (keys) => call({ operation: 'deleteObjects', keys }),
    list: async (prefix) => {
      const keys = await call<string[]>({ operation: 'listObjects', prefix });
      return keys.map((key) => ({ key, bytes: 0, modifiedMs: 0 }));
    },
    close: async () => undefined,
  };
  return { objects, metadata };
}

const getMany = (keys: Extract<StoreCall, { operation: 'getMany' }>['keys']): StoreCall => ({
  operation: 'getMany',
  keys,
});
