import type { Configuration } from '../engine/configuration.ts';
import { appender, inTurn, plain, roller, sequenced } from '../scripts/broker-process.ts';

const PRODUCER = 7;
const batch = (sequence: number, epoch = 0) => sequenced(PRODUCER, sequence, epoch);

/** A producer that sent one batch and has been idle for a roll since, so that the next roll lets it go. */
const idleProducer = inTurn(
  'before',
  appender('before', batch(0)),
  roller('before'),
  appender('before', plain('x')),
);

/** An idempotent producer leaves the head, comes back, and leaves again, while its batch is sent twice. */
export const evictions: Configuration = {
  name: 'evictions',
  about:
    'a producer leaves the head, comes back and leaves again; its client sends a batch to both processes',
  before: idleProducer,
  scripts: [
    appender('p1', batch(1)),
    inTurn('p2', appender('p2', batch(1)), roller('p2'), appender('p2', plain('z')), roller('p2')),
    roller("p1's roll"),
  ],
  lateMax: 1,
  lateQuickMax: 0,
};

/** A producer that begins anew with a higher epoch, while a batch of its former self is under way. */
export const producerEpochs: Configuration = {
  name: 'producer-epochs',
  about: 'a producer begins anew under a higher epoch while its former self still sends, and a roll goes on',
  before: idleProducer,
  scripts: [appender('p1', batch(1), batch(2)), appender('p2', batch(0, 1)), roller("p2's roll")],
  lateMax: 2,
  lateQuickMax: 1,
};
