/** The construct for apps of one's own. */
export type { Authentication, JwtAuthentication } from './authentication.ts';
export type { RivuletMetricName } from './metrics.ts';
export type { AlarmOptions } from './monitoring/alarm-options.ts';
export { Rivulet } from './rivulet.ts';
export type {
  EndpointType,
  FunctionOptions,
  MonitoringOptions,
  RivuletProps,
  ThrottleOptions,
} from './rivulet-props.ts';
export { RivuletStack, type RivuletStackProps } from './rivulet-stack.ts';
export { Topic, type TopicOptions } from './topic.ts';
