import type { Report } from './anomaly.ts';
import type { History, TimeLookUp } from './history.ts';

/** The first record at a time or later, among those that retention never took. */
export function checkTimes({ lookUps, logs, writes }: History, report: Report): void {
  for (const lookUp of lookUps) {
    const { client, partition, timestamp, begun, found } = lookUp;
    const log = logs.find((each) => each.partition === partition);
    if (log === undefined) continue;
    const who = `${client} looked up ${timestamp} in partition ${partition} and was given ${describe(found)}`;
    const record = log.records.find(({ offset }) => offset === found?.offset);
    if (found !== undefined && (record?.timestamp !== found.timestamp || found.timestamp < timestamp))
      report('wrong time', `${who}, where ${record?.timestamp} stands`);
    const acknowledged = new Set(
      writes.flatMap(({ ended, outcome, values }) => (outcome.kind === 'ok' && ended < begun ? values : [])),
    );
    const sooner = log.records.find(
      (each) =>
        each.timestamp >= timestamp &&
        each.offset >= log.start &&
        (found === undefined ? acknowledged.has(each.value) : each.offset < found.offset),
    );
    if (sooner !== undefined)
      report('wrong time', `${who}, but ${sooner.timestamp} stands at ${sooner.offset}`);
  }
}

const describe = (found: TimeLookUp['found']): string =>
  found === undefined ? 'nothing' : `${found.timestamp} at ${found.offset}`;
