import type { Report } from './anomaly.ts';
import { checkErrors } from './check-errors.ts';
import { checkOrder } from './check-order.ts';
import { checkPolls } from './check-polls.ts';
import { checkRecords } from './check-records.ts';
import { checkTimes } from './check-times.ts';
import { checkWatermarks } from './check-watermarks.ts';
import type { History } from './history.ts';

export interface CheckOptions {
  /** Nothing happened that a producer may notice but by waiting longer. */
  readonly isMild: boolean;
}

/** Everything in a history that breaks a promise, a sentence each, beginning with the anomaly's name. */
export function checkHistory(history: History, options: CheckOptions): string[] {
  const anomalies: string[] = [];
  const report: Report = (name, fact) => void anomalies.push(`${name}: ${fact}`);
  checkRecords(history, report);
  checkOrder(history, report);
  checkPolls(history, report);
  checkWatermarks(history, report);
  checkTimes(history, report);
  checkErrors(history, options, report);
  return anomalies;
}
