import type { Report } from './anomaly.ts';
import type { History, Poll } from './history.ts';

/** Each answer to a reader is whole: from where it asked on, without a hole, up to the end that it names at most. */
export function checkPolls(history: History, report: Report): void {
  for (const poll of history.polls) checkPoll(poll, report);
  checkRanges(history, report);
}

function checkPoll({ client, partition, offset, outcome }: Poll, report: Report): void {
  if (outcome.kind === 'failed') return;
  const { records, highWatermark } = outcome;
  const who = `${client}, who asked partition ${partition} for offset ${offset},`;
  const [first] = records;
  if (first === undefined && offset < highWatermark)
    report('poll skip', `${who} was given nothing, though the log ends at ${highWatermark}`);
  if (first !== undefined && first.offset > offset) report('poll skip', `${who} was given ${first.offset}`);
  if (first !== undefined && first.offset < offset)
    report('nonmonotonic poll', `${who} was given ${first.offset}`);
  for (const [index, record] of records.entries()) {
    const before = records[index - 1];
    if (before === undefined) continue;
    if (record.offset <= before.offset)
      report('int nonmonotonic poll', `${who} was given ${record.offset} after ${before.offset}`);
    else if (record.offset > before.offset + 1)
      report('int poll skip', `${who} was given ${record.offset} after ${before.offset}`);
  }
  const last = records.at(-1);
  if (last !== undefined && last.offset >= highWatermark)
    report('wrong range', `${who} was given ${last.offset}, though the log ends at ${highWatermark}`);
}

/** I7: below the log start offset there is an error and never an answer; from there on there is no such error. */
function checkRanges({ polls, advances }: History, report: Report): void {
  for (const { client, partition, offset, begun, ended, outcome } of polls) {
    const above = advances.filter((each) => each.partition === partition && each.to > offset);
    const isOutOfRange = outcome.kind === 'failed' && outcome.error === 'OFFSET_OUT_OF_RANGE';
    if (outcome.kind === 'ok' && above.some((each) => each.ended < begun))
      report('wrong range', `${client} read ${offset} of partition ${partition}, below the log start offset`);
    if (isOutOfRange && !above.some((each) => each.begun < ended))
      report('wrong range', `${client} was refused ${offset} of partition ${partition}: ${outcome.message}`);
  }
}
