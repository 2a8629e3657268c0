import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import type { HeadAppend, HeadOutcome, PartitionKey, ProducerUpdate } from '../../../lib/storage/head.ts';
import { applyAppend } from '../../../lib/storage/heads/append.ts';
import type { Attributes, Condition, WriteOp } from '../../../lib/storage/item.ts';
import type { HeadSwap, MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { applyPurely, applyToStore, bytes, hex, plain } from '../../storage/head-commands.ts';
import { commandOf, type Step, step } from '../../storage/random-head-commands.ts';
import { assertSame, type Homes, type Model, shown } from './homes.ts';

type Command = fc.AsyncCommand<Model, Homes>;

/** Whatever it does, it can be done at any time: the model only says what it must come to. */
abstract class Always implements Command {
  readonly #shown: string;

  constructor(given: unknown) {
    this.#shown = JSON.stringify(given, (_, value) => (value instanceof Uint8Array ? hex(value) : value));
  }

  check = (): boolean => true;

  async run(model: Model, homes: Homes): Promise<void> {
    model.count += 1;
    await this.work(model, homes);
  }

  toString(): string {
    return `${this.constructor.name}(${this.#shown})`;
  }

  abstract work(model: Model, homes: Homes): Promise<void>;
}

/** One operation on one head. */
class OnHead extends Always {
  readonly #at: 0 | 1;
  readonly #step: Step;

  constructor(at: 0 | 1, given: Step) {
    super([at, given]);
    this.#at = at;
    this.#step = given;
  }

  async work(model: Model, homes: Homes): Promise<void> {
    const { partition, head } = headAt(model, homes, this.#at);
    const command = commandOf(head, this.#step, model.count);
    // A trim of a head without entries is a caller's bug, in every home.
    if ('trim' in command && head.entries.length === 0) return;
    const expected = applyPurely(head, command);
    const outcome = (await homes.same((store) => applyToStore(store, partition, command))) as HeadOutcome;
    learn(model, partition, outcome, expected);
    homes.met.add(`${Object.keys(command)[0]} ${outcome.kind}`);
  }
}

interface AppendShape {
  readonly at: 0 | 1;
  readonly count: number;
  readonly id: string;
  readonly again: boolean;
  readonly epochOff: boolean;
  readonly entry: Uint8Array;
  readonly producers: readonly { readonly id: string; readonly state: Uint8Array; readonly wrong: boolean }[];
}

/** A whole flush: several updates of several heads, each for itself, those of one head in their order. */
class Flush extends Always {
  readonly #shapes: readonly AppendShape[];
  readonly #intake: boolean;

  constructor(shapes: readonly AppendShape[], intake: boolean) {
    super([shapes, intake]);
    this.#shapes = shapes;
    this.#intake = intake;
  }

  async work(model: Model, homes: Homes): Promise<void> {
    const before = new Map(model.heads);
    const expected: HeadOutcome[] = [];
    const appends = this.#shapes.map((shape, index) => {
      const append = appendOf(model, homes, shape, index);
      const outcome = applyAppend(before.get(append.partition), append);
      if (outcome.head) before.set(append.partition, outcome.head);
      expected.push(outcome);
      return append;
    });
    const intake = { objectId: `m${model.count}`, data: bytes(`intake ${model.count}`) };
    const flush = { ...(this.#intake && { intake }), appends };
    const outcomes = (await homes.same((store) => store.append(flush))) as HeadOutcome[];
    for (const [index, outcome] of outcomes.entries()) {
      const [append, wanted] = [appends[index], expected[index]];
      assert(append && wanted);
      learn(model, append.partition, outcome, wanted);
      const old = append.producers.some(({ seen }) => seen instanceof Uint8Array)
        ? ' of known producers'
        : '';
      homes.met.add(`flush${old} ${outcome.kind}`);
    }
  }
}

function appendOf(model: Model, homes: Homes, shape: AppendShape, index: number): HeadAppend {
  const { partition, head } = headAt(model, homes, shape.at);
  const producers = shape.producers.map(({ id, state, wrong }): ProducerUpdate => {
    const known = head.producers.get(id);
    const absent = { absentAtEvictions: head.evictions + (wrong ? 1 : 0) };
    return {
      producerId: id,
      state,
      seen: known === undefined || (wrong && state.length > 2) ? absent : known,
    };
  });
  return {
    partition,
    appendId: (shape.again && head.entries[0]?.appendId) || `${shape.id}${model.count}-${index}`,
    epoch: asEpoch(head.epoch + (shape.epochOff ? 1 : 0)),
    count: shape.count,
    entry: shape.entry,
    objectId: `m${model.count}`,
    producers,
  };
}

/** A swap together with its segments. */
class Swap extends Always {
  readonly #at: 0 | 1;
  readonly #stale: boolean;
  readonly #put: readonly string[];
  readonly #remove: readonly string[];

  constructor(at: 0 | 1, stale: boolean, put: readonly string[], remove: readonly string[]) {
    super([at, stale, put, remove]);
    this.#at = at;
    this.#stale = stale;
    this.#put = put;
    this.#remove = remove.filter((sk) => !put.includes(sk));
  }

  async work(model: Model, homes: Homes): Promise<void> {
    const { partition, head } = headAt(model, homes, this.#at);
    const swap: HeadSwap = {
      partition,
      seen: head.swaps + (this.#stale ? 1 : 0),
      to: asOffset(Math.min(head.tail, head.compacted + 1)),
      segmentId: `z${model.count}`,
      put: this.#put.map((sk) => ({ key: { pk: homes.pk, sk }, attributes: { swap: model.count } })),
      remove: this.#remove.map((sk) => ({ pk: homes.pk, sk })),
    };
    const expected = applyPurely(head, { swap });
    const outcome = (await homes.same((store) => store.swap(swap))) as HeadOutcome;
    learn(model, partition, outcome, expected);
    homes.met.add(`swap with segments ${outcome.kind}`);
  }
}

interface OpShape {
  readonly kind: 'put' | 'delete' | 'check';
  readonly sk: string;
  readonly condition: 'none' | 'absent' | 'current' | 'former';
  readonly attributes: Attributes;
  readonly data: Uint8Array | undefined;
}

/** Several ops on items, all or nothing. */
class Write extends Always {
  readonly #shapes: readonly OpShape[];

  constructor(shapes: readonly OpShape[]) {
    super(shapes);
    this.#shapes = shapes;
  }

  async work(_model: Model, homes: Homes): Promise<void> {
    const answer = await homes.same(async (store) => {
      const ops: WriteOp[] = [];
      for (const shape of this.#shapes) ops.push(await opOf(homes, store, shape));
      await store.write(ops);
    });
    const several = this.#shapes.length > 1 ? 'transaction' : 'write';
    homes.met.add(`${several} ${answer === undefined ? 'done' : 'refused'}`);
  }
}

async function opOf(homes: Homes, store: MetadataStore, shape: OpShape): Promise<WriteOp> {
  const { kind, sk, attributes, data } = shape;
  const key = { pk: homes.pk, sk };
  const version = shape.condition === 'current' || shape.condition === 'former';
  const condition: Condition = version
    ? { version: await homes.versionOf(store, sk, shape.condition) }
    : shape.condition;
  return kind === 'put'
    ? { kind, key, attributes, condition, ...(data && { data }) }
    : { kind, key, condition };
}

/** A query, and the same items by their keys. */
class Read extends Always {
  readonly #range: { readonly from?: string; readonly to?: string };
  readonly #limit: number;
  readonly #direction: 'forward' | 'backward';

  constructor(from: string | undefined, to: string | undefined, limit: number, backward: boolean) {
    super([from, to, limit, backward]);
    this.#range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    this.#limit = limit;
    this.#direction = backward ? 'backward' : 'forward';
  }

  async work(_model: Model, homes: Homes): Promise<void> {
    const { from = 'a', to = 'b' } = this.#range;
    const query = { pk: homes.pk, ...this.#range, limit: this.#limit, direction: this.#direction };
    await homes.same((store) => store.query(query));
    const keys = [from, to, from].map((sk) => ({ pk: homes.pk, sk: sk || 'a' }));
    await homes.same((store) => store.getMany(keys));
    await homes.same((store) => store.getHeads([...homes.partitions, ...homes.partitions]));
  }
}

function headAt(model: Model, homes: Homes, at: 0 | 1) {
  const partition = homes.partitions[at];
  const head = model.heads.get(partition);
  assert(head);
  return { partition, head };
}

function learn(model: Model, partition: PartitionKey, outcome: HeadOutcome, expected: HeadOutcome): void {
  assertSame('both answer as the pure function', shown(outcome), {
    kind: expected.kind,
    head: plain(expected.head),
  });
  if (expected.head) model.heads.set(partition, expected.head);
}

const at = fc.constantFrom<0 | 1>(0, 1);
const rarely = fc.nat({ max: 9 }).map((n) => n === 0);
const someBytes = fc.uint8Array({ maxLength: 40 });
/** Names that an expression could trip over. */
const idPart = fc.constantFrom('a', '-', '_', '0', '#a', ':a', 'a.b', 'a[0]', 'SET', 'size', 'n', 'ü');
const producerId = fc.constantFrom('0', '1', '2', '10', '9007199254740991');
const sk = fc.constantFrom('a', 'a#', 'b', 'é', '世', '\uff5e', '😀', '0'.repeat(20));

const appendShape: fc.Arbitrary<AppendShape> = fc.record({
  at,
  count: fc.constantFrom(1, 2, 7, 1_000_000),
  id: idPart,
  again: rarely,
  epochOff: rarely,
  entry: someBytes,
  producers: fc.uniqueArray(fc.record({ id: producerId, state: someBytes, wrong: rarely }), {
    maxLength: 3,
    selector: ({ id }) => id,
  }),
});

const opShape: fc.Arbitrary<OpShape> = fc.record({
  kind: fc.constantFrom('put', 'put', 'delete', 'check'),
  sk,
  condition: fc.constantFrom('none', 'absent', 'current', 'current', 'former'),
  attributes: fc.constantFrom({}, { n: 1 }, { deep: { list: [null, '', { x: 0.1 }] } }),
  data: fc.option(someBytes, { nil: undefined }),
});

const distinct = { minLength: 1, maxLength: 4, selector: (shape: OpShape) => shape.sk };

/** Each as often as it stands here. */
export const commands: fc.Arbitrary<Command>[] = [
  fc.tuple(at, step).map(([where, given]) => new OnHead(where, given)),
  fc.tuple(at, step).map(([where, given]) => new OnHead(where, given)),
  fc
    .tuple(fc.array(appendShape, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map((given) => new Flush(...given)),
  fc
    .tuple(fc.array(appendShape, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map((given) => new Flush(...given)),
  fc
    .tuple(at, rarely, fc.uniqueArray(sk, { maxLength: 3 }), fc.uniqueArray(sk, { maxLength: 2 }))
    .map((given) => new Swap(...given)),
  fc.uniqueArray(opShape, distinct).map((shapes) => new Write(shapes)),
  fc
    .tuple(
      fc.option(sk, { nil: undefined }),
      fc.option(sk, { nil: undefined }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
    )
    .map((given) => new Read(...given)),
];
