/** Hears of each answer of one route. */
export type ObserveRequest = (status: number, seconds: number, bytesIn: number, bytesOut: number) => void;

/** What an API counts, wherever the numbers go. */
export interface ApiMetrics {
  /** One observer a route, so that its labels are made once. */
  route(method: string, route: string): ObserveRequest;
  /** Bytes of bodies; those of a stream are told when it ends. */
  bodies(bytesIn: number, bytesOut: number): void;
  /** Records that were appended (in) and read (out). */
  records(direction: 'in' | 'out', count: number): void;
  /**
   * How many records a consumer group has before it in a partition, where that is known without asking for it: whenever
   * an instance of it reads, or somebody wants to know. Of several partitions the most.
   */
  groupLag(records: number): void;
  /** All numbers as a text that can be asked for, where they are kept in the process. */
  readonly exposition?: { readonly contentType: string; text(): Promise<string> };
}
