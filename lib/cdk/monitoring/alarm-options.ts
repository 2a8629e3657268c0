import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';

/** From when on something is alarming, and who hears of it. */
export interface AlarmOptions {
  /**
   * What happens when an alarm goes off, and when it is over: `new SnsAction(topic)` of `aws-cdk-lib/aws-cloudwatch-actions`.
   *
   * @default nothing: it shows in the console
   */
  readonly actions?: readonly IAlarmAction[];
  /**
   * Answers with 5xx in five minutes.
   *
   * @default 5
   */
  readonly serverErrors?: number;
  /**
   * Milliseconds that one in a hundred produce requests takes or exceeds, for a quarter of an hour.
   *
   * @default 3000
   */
  readonly produceLatencyMs?: number;
  /**
   * Records that a consumer group is behind in a partition, for a quarter of an hour.
   *
   * @default 10000
   */
  readonly groupLagRecords?: number;
  /**
   * Calls to a store in five minutes that may have been done.
   *
   * @default 10
   */
  readonly unknownOutcomes?: number;
  /**
   * Leader epochs raised in a minute, for three minutes out of five.
   *
   * @default 10
   */
  readonly fencesPerMinute?: number;
}
