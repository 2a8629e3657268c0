import { Metrics } from '@aws-lambda-powertools/metrics';
import type { ApiMetrics, ObserveRequest } from '../../api/ops/api-metrics.ts';
import { isThrottled } from '../../storage/errors.ts';
import type { StoreCall } from '../../storage/observed.ts';
import { type MetricName, metricUnits, NAMESPACE } from './metric-names.ts';

type Sum = Exclude<MetricName, 'ProduceLatency' | 'GroupLag'>;

/** What one line of the embedded metric format may hold of one metric. */
const VALUES_MAX = 100;

/**
 * Gathers numbers, and writes what there is as one line of CloudWatch's embedded metric format to stdout, where Lambda
 * takes it up: no call is made for it. Sums are added up here, so that a line holds one number for each.
 */
export class EmfMetrics implements ApiMetrics {
  readonly #powertools: Metrics;
  readonly #sums = new Map<Sum, number>();
  #produceMs: number[] = [];
  #groupLagMax: number | undefined;

  /** @param service the value of the one dimension. */
  constructor(service: string) {
    this.#powertools = new Metrics({ namespace: NAMESPACE, serviceName: service });
  }

  route(method: string, route: string): ObserveRequest {
    const isProduce = isTimedProduce(method, route);
    return (status, seconds, bytesIn, bytesOut) => {
      this.bodies(bytesIn, bytesOut);
      if (status >= 500) this.#add('ServerErrors', 1);
      if (isProduce) this.#addLatency(seconds * 1000);
    };
  }

  bodies(bytesIn: number, bytesOut: number): void {
    this.#add('BytesIn', bytesIn);
    this.#add('BytesOut', bytesOut);
  }

  records(direction: 'in' | 'out', count: number): void {
    this.#add(direction === 'in' ? 'RecordsIn' : 'RecordsOut', count);
  }

  groupLag(records: number): void {
    this.#groupLagMax = Math.max(this.#groupLagMax ?? 0, records);
  }

  /** What a call to a store says of trouble; how many there were and how long they took, AWS tells itself. */
  storeCall({ operation, outcome, error }: StoreCall): void {
    if (isThrottled(error)) this.#add('Throttles', 1);
    if (outcome === 'unknown') this.#add('UnknownOutcomes', 1);
    if (operation === 'lead' && outcome === 'done') this.#add('Fences', 1);
  }

  /** Writes what came since the last time; nothing when nothing did. */
  flush(): void {
    const values: [MetricName, number][] = [...this.#sums];
    if (this.#groupLagMax !== undefined) values.push(['GroupLag', this.#groupLagMax]);
    for (const ms of this.#produceMs) values.push(['ProduceLatency', ms]);
    this.#sums.clear();
    this.#produceMs = [];
    this.#groupLagMax = undefined;
    for (const [name, value] of values) this.#powertools.addMetric(name, metricUnits[name], value);
    // Nothing happened, or it was written as soon as a line was full.
    if (this.#powertools.hasStoredMetrics()) this.#powertools.publishStoredMetrics();
  }

  #add(name: Sum, amount: number): void {
    if (amount > 0) this.#sums.set(name, (this.#sums.get(name) ?? 0) + amount);
  }

  #addLatency(ms: number): void {
    this.#produceMs.push(ms);
    if (this.#produceMs.length === VALUES_MAX) this.flush();
  }
}

/** REST v3's answer is a stream, which begins before anything is appended: its time says nothing. */
export function isTimedProduce(method: string, route: string): boolean {
  return method === 'POST' && route.startsWith('/topics/');
}
