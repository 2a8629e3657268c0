import type { Report } from './anomaly.ts';
import type { History, Write } from './history.ts';

interface Placed {
  readonly write: Write;
  readonly offset: number;
}

/** The order of the log is one in which it can have been written. */
export function checkOrder(history: History, report: Report): void {
  for (const { partition, records } of history.logs) {
    const offsets = new Map(records.map(({ value, offset }) => [value, offset]));
    const placed = history.writes.flatMap((write): Placed[] => {
      const offset = write.partition === partition ? offsets.get(write.values[0] ?? '') : undefined;
      return offset === undefined ? [] : [{ write, offset }];
    });
    checkRealTime(placed, report);
    for (const each of Map.groupBy(placed, ({ write }) => sessionOf(write)).values())
      checkSession(each, report);
  }
}

/** What was acknowledged before another was sent stands before it, whoever sent them. */
function checkRealTime(placed: readonly Placed[], report: Report): void {
  const ended = placed.filter(({ write }) => write.outcome.kind === 'ok');
  ended.sort((a, b) => a.write.ended - b.write.ended);
  let last: Placed | undefined;
  let at = 0;
  for (const each of placed.toSorted((a, b) => a.write.begun - b.write.begun)) {
    for (let next = ended[at]; next !== undefined && next.write.ended < each.write.begun; next = ended[at]) {
      if (last === undefined || next.offset > last.offset) last = next;
      at += 1;
    }
    if (last !== undefined && last.offset > each.offset)
      tell(last, each, 'though acknowledged before', report);
  }
}

/** What keeps its order though nobody waited: an idempotent producer's epoch, and what one process was sent. */
const sessionOf = ({ client, producer, process }: Write): string =>
  producer === undefined ? `${client} by ${process}` : `${client} epoch ${producer.epoch}`;

function checkSession(placed: readonly Placed[], report: Report): void {
  let last: Placed | undefined;
  for (const each of placed) {
    // A plain batch whose fate could not be told may come later than those that were sent behind it.
    if (each.write.producer === undefined && each.write.outcome.kind !== 'ok') continue;
    if (last !== undefined && last.offset > each.offset) tell(last, each, 'though sent before', report);
    last = each;
  }
}

function tell(first: Placed, second: Placed, why: string, report: Report): void {
  const [a, b] = [first.write, second.write];
  report(
    'nonmonotonic send',
    `${a.values} of ${a.client} stands at ${first.offset}, behind ${b.values} of ${b.client} at ${second.offset}, ${why} it`,
  );
}
