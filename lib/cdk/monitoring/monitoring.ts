import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  PeriodOverride,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmOptions } from './alarm-options.ts';
import { type AlarmSpec, alarmSpecs } from './alarm-specs.ts';
import type { Monitored } from './monitored.ts';
import { dashboardWidgets } from './widgets.ts';

export interface MonitoringProps extends Monitored {
  /**
   * A dashboard, which is billed by the month.
   *
   * @default false
   */
  readonly dashboard?: boolean | undefined;
  /**
   * Alarms, each of which is billed by the month, also when nothing flows.
   *
   * @default false
   */
  readonly alarms?: boolean | AlarmOptions | undefined;
}

/** Dashboard and alarms of a deployment: nothing at all unless asked for, for both are billed while nothing flows. */
export class Monitoring extends Construct {
  readonly dashboard: Dashboard | undefined;
  /** In the order of docs/operating.md. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { dashboard = false, alarms = false } = props;
    this.dashboard = dashboard
      ? new Dashboard(this, 'Dashboard', {
          periodOverride: PeriodOverride.INHERIT,
          widgets: dashboardWidgets(props),
        })
      : undefined;
    const options = alarms === true ? {} : alarms;
    this.alarms =
      options === false ? [] : alarmSpecs(props, options).map((spec) => this.#alarm(spec, options));
  }

  #alarm(spec: AlarmSpec, { actions = [] }: AlarmOptions): Alarm {
    const { id, metric, threshold, periods = 1, reaching = periods, says, section } = spec;
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: reaching,
      // A metric has no value while nothing flows.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${says} More in docs/operating.md, "${section}".`,
    });
    if (actions.length > 0) {
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
    }
    return alarm;
  }
}
