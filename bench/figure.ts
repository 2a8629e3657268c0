export type Unit =
  | 'MB/s'
  | 'records/s'
  | 'joins/s'
  | 'heartbeats/s'
  | 'calls'
  | 'ms'
  | 'MB'
  | 'KiB'
  | 'bytes/byte'
  | 'times';

/**
 * What bounds a figure from above (a rate) or from below (a time), taken in the same run:
 * `bare`, a `node:http` server that only reads and answers; `json`, the same with JSON.parse or
 * JSON.stringify; `disk`, a plain loop that writes and fsyncs the same bytes.
 */
export type CeilingName = 'bare' | 'json' | 'disk';

export type Ceilings = Readonly<Partial<Record<CeilingName, number>>>;

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** In the unit of the figure. */
  readonly ceilings: Ceilings;
  /** What explains the figure: for the JSON file only. */
  readonly detail?: Readonly<Record<string, number>>;
}

export const megabytes = (bytes: number): number => bytes / 1e6;
