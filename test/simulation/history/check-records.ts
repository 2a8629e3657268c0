import type { ReadRecord } from '../../log/batches.ts';
import type { Report } from './anomaly.ts';
import type { History, Write } from './history.ts';

/** What is known of one partition's offsets, and who said so first. */
class Offsets {
  readonly #values = new Map<number, { readonly value: string; readonly from: string }>();
  readonly #partition: number;
  readonly #report: Report;

  constructor(partition: number, report: Report) {
    this.#partition = partition;
    this.#report = report;
  }

  learn(offset: number, value: string, from: string): void {
    const before = this.#values.get(offset);
    if (before === undefined) this.#values.set(offset, { value, from });
    else if (before.value !== value) {
      const place = `offset ${offset} of partition ${this.#partition}`;
      this.#report(
        'inconsistent offset',
        `${place} is ${before.value} by ${before.from}, and ${value} by ${from}`,
      );
    }
  }
}

/** Where records stand: each acknowledged one once, at its offset, no refused one, and none that nobody sent. */
export function checkRecords(history: History, report: Report): void {
  const sent = new Map<string, Write>();
  for (const write of history.writes) for (const value of write.values) sent.set(value, write);
  for (const { partition, records } of history.logs) {
    const offsets = new Offsets(partition, report);
    checkLog(partition, records, report);
    for (const { offset, value } of records) offsets.learn(offset, value, 'the log at the end');
    const writes = history.writes.filter((write) => write.partition === partition);
    const standing = new Set(records.map(({ value }) => value));
    for (const write of writes) checkAcknowledged(write, standing, offsets, report);
    const read = readRecords(history, partition);
    for (const { offset, value, by } of read) offsets.learn(offset, value, by);
    for (const { offset, value, by } of [...read, ...records.map((each) => ({ ...each, by: 'the log' }))]) {
      const write = sent.get(value);
      const where = `${value} stands at offset ${offset} of partition ${partition}, by ${by}`;
      if (write === undefined || write.partition !== partition)
        report('phantom', `${where}; nobody sent it there`);
      else if (write.outcome.kind === 'failed')
        report('aborted read', `${where}; ${write.client} heard ${write.outcome.error}`);
    }
  }
}

function readRecords({ polls }: History, partition: number): { offset: number; value: string; by: string }[] {
  return polls.flatMap(({ client, outcome, partition: polled }) =>
    polled !== partition || outcome.kind === 'failed'
      ? []
      : outcome.records.map(({ offset, value }) => ({ offset, value, by: client })),
  );
}

function checkLog(partition: number, records: readonly ReadRecord[], report: Report): void {
  const places = new Map<string, number>();
  for (const { offset, value } of records) {
    const before = places.get(value);
    if (before !== undefined)
      report('duplicate', `${value} stands at offsets ${before} and ${offset} of partition ${partition}`);
    places.set(value, offset);
  }
}

function checkAcknowledged(
  { client, values, outcome, partition }: Write,
  standing: ReadonlySet<string>,
  offsets: Offsets,
  report: Report,
): void {
  if (outcome.kind !== 'ok') return;
  values.forEach((value, index) => {
    if (outcome.base !== undefined) offsets.learn(outcome.base + index, value, client);
    if (!standing.has(value))
      report(
        'lost write',
        `${value}, which was acknowledged to ${client}, stands nowhere in partition ${partition}`,
      );
  });
}
