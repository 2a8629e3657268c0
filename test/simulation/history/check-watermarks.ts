import type { Report } from './anomaly.ts';
import type { History, Instant } from './history.ts';

/** That the log reaches so far at least was known at that instant. */
interface Known {
  readonly at: Instant;
  readonly end: number;
  readonly by: string;
}

/** A fetch shows a log that reaches as far as anybody knew when it was sent (I3: readable from then on). */
export function checkWatermarks({ writes, polls, logs }: History, report: Report): void {
  for (const { partition, next } of logs) {
    const known: Known[] = [];
    for (const { client, values, outcome, ended, partition: written } of writes) {
      if (written !== partition || outcome.kind !== 'ok' || outcome.base === undefined) continue;
      known.push({ at: ended, end: outcome.base + values.length, by: `a write of ${client}` });
    }
    const answered = polls.flatMap(({ client, begun, ended, outcome, partition: polled }) =>
      polled === partition && outcome.kind === 'ok'
        ? [{ client, begun, ended, end: outcome.highWatermark }]
        : [],
    );
    for (const { client, ended, end } of answered) known.push({ at: ended, end, by: `a poll of ${client}` });
    known.sort((a, b) => a.at - b.at);
    let farthest: Known | undefined;
    let at = 0;
    for (const { client, begun, end } of answered.toSorted((a, b) => a.begun - b.begun)) {
      for (let fact = known[at]; fact !== undefined && fact.at < begun; fact = known[at]) {
        if (farthest === undefined || fact.end > farthest.end) farthest = fact;
        at += 1;
      }
      if (farthest !== undefined && end < farthest.end)
        tell(`${client} saw partition ${partition} end at ${end}`, farthest, report);
    }
    for (const fact of known)
      if (fact.end > next) tell(`partition ${partition} ends at ${next}`, fact, report);
  }
}

function tell(what: string, { end, by }: Known, report: Report): void {
  report('stale high watermark', `${what}, though it reached ${end} before, by ${by}`);
}
