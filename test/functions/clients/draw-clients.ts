import type { ClientActor } from '../../simulation/actors/perform.ts';
import type { KeyedAct, NewEpochAct, ReadAct, SendAct } from '../../simulation/story/story.ts';
import type { Chance } from '../../simulation/world/chance.ts';

export interface ClientsOptions {
  readonly partitions: number;
  /** One for each idempotent producer. */
  readonly producerIds: readonly number[];
  /** How long a client waits for an answer at most. */
  readonly answerWithinMs: number;
}

interface Drawn extends ClientsOptions {
  readonly chance: Chance;
}

const PLAIN_PRODUCERS = 2;
const KEYED_PRODUCERS = 2;
const READERS = 2;

/** Producers of each kind and readers that follow them, one request right after the other. */
export function drawClients(chance: Chance, options: ClientsOptions): ClientActor[] {
  const drawn = { ...options, chance };
  return [
    ...several(PLAIN_PRODUCERS, (index): ClientActor => {
      const acts = several(24, () => send(drawn));
      return { kind: 'plain producer', name: `plain producer ${index}`, acts };
    }),
    ...options.producerIds.map((producerId, index): ClientActor => {
      const acts = several(14, () => idempotentAct(drawn));
      return { kind: 'idempotent producer', name: `idempotent producer ${index}`, producerId, acts };
    }),
    ...several(KEYED_PRODUCERS, (index): ClientActor => {
      const acts = several(10, () => keyed(drawn));
      return { kind: 'keyed producer', name: `keyed producer ${index}`, acts };
    }),
    ...several(READERS, (index): ClientActor => {
      const acts = several(45, () => read(drawn));
      return { kind: 'reader', name: `reader ${index}`, partition: index % options.partitions, acts };
    }),
  ];
}

const several = <Each>(count: number, make: (index: number) => Each): Each[] =>
  Array.from({ length: count }, (_, index) => make(index));

function send({ chance, partitions, answerWithinMs }: Drawn): SendAct {
  return {
    act: 'send',
    pauseMs: 0,
    partition: chance.whole(0, partitions - 1),
    counts: several(chance.happens(0.2) ? 3 : 1, () => chance.whole(1, 3)),
    timestamp: chance.whole(0, 100),
    process: 0,
    isAstray: false,
    isAwaited: chance.happens(0.9),
    isSpread: false,
    answerWithinMs,
  };
}

function idempotentAct(drawn: Drawn): SendAct | NewEpochAct {
  return drawn.chance.happens(0.05) ? { act: 'new epoch', pauseMs: 0 } : send(drawn);
}

function keyed(drawn: Drawn): KeyedAct {
  const { chance, partitions } = drawn;
  const { counts, timestamp, process, isAstray, answerWithinMs, partition } = send(drawn);
  return {
    act: 'send under a key',
    pauseMs: 0,
    partitions: chance.happens(0.3) ? several(partitions, (index) => index) : [partition],
    counts,
    timestamp,
    process,
    isAstray,
    isSpread: chance.happens(0.3),
    answerWithinMs,
  };
}

function read({ chance }: Drawn): ReadAct {
  const common = { pauseMs: 0, process: 0 };
  if (chance.happens(0.1)) return { ...common, act: 'seek', to: chance.next() };
  if (chance.happens(0.05)) return { ...common, act: 'look up a time', timestamp: chance.whole(0, 110) };
  return {
    ...common,
    act: 'poll',
    maxBytes: chance.pick([1, 300, 100_000]),
    maxWaitMs: chance.pick([0, 100, 1_000]),
  };
}
