import Counter from 'prom-client/lib/counter.js';
import Histogram from 'prom-client/lib/histogram.js';
import Registry from 'prom-client/lib/registry.js';
import { isThrottled } from '../../storage/errors.ts';
import type { StoreObserver } from '../../storage/observed.ts';
import type { ApiMetrics, ObserveRequest } from './api-metrics.ts';

/** Seconds: from an append that waits for one fsync to a parked fetch. */
const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Records that a group is behind. */
const LAG_BUCKETS = [0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/** The numbers of one broker for Prometheus, in a registry of its own, so that several can live in one process. */
export class Metrics implements ApiMetrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'rivulet_http_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['route', 'method', 'status'],
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: 'rivulet_http_request_duration_seconds',
    help: 'From the request to its answer; a fetch waits for records in it.',
    labelNames: ['route', 'method'],
    buckets: LATENCY_BUCKETS,
    registers: [this.#registry],
  });
  readonly #bytes = new Counter({
    name: 'rivulet_http_body_bytes_total',
    help: 'Bytes of request and answer bodies.',
    labelNames: ['direction'],
    registers: [this.#registry],
  });
  readonly #records = new Counter({
    name: 'rivulet_records_total',
    help: 'Records that were appended (in) and read (out).',
    labelNames: ['direction'],
    registers: [this.#registry],
  });
  readonly #recordsBy = {
    in: this.#records.labels({ direction: 'in' }),
    out: this.#records.labels({ direction: 'out' }),
  };
  readonly #bytesIn = this.#bytes.labels({ direction: 'in' });
  readonly #bytesOut = this.#bytes.labels({ direction: 'out' });
  readonly #storeSeconds = new Histogram({
    name: 'rivulet_store_call_duration_seconds',
    help: 'Calls to the object store and the metadata store.',
    labelNames: ['store', 'operation', 'outcome'],
    buckets: LATENCY_BUCKETS,
    registers: [this.#registry],
  });

  readonly #storeBytes = new Counter({
    name: 'rivulet_store_bytes_total',
    help: 'Bytes of objects and items, given to the stores (in) and by them (out).',
    labelNames: ['store', 'direction'],
    registers: [this.#registry],
  });

  readonly #throttles = new Counter({
    name: 'rivulet_store_throttles_total',
    help: 'Calls that were given up because a store went on throttling them.',
    registers: [this.#registry],
  });
  readonly #unknownOutcomes = new Counter({
    name: 'rivulet_store_unknown_outcomes_total',
    help: 'Calls to a store that may have been done.',
    registers: [this.#registry],
  });
  readonly #fences = new Counter({
    name: 'rivulet_fences_total',
    help: 'Leader epochs that were raised: after an outcome that nobody knew, for a repeat, or to take a partition over.',
    registers: [this.#registry],
  });
  readonly #groupLag = new Histogram({
    name: 'rivulet_group_lag_records',
    help: 'Records that a consumer group had before it when it read, or when somebody asked.',
    buckets: LAG_BUCKETS,
    registers: [this.#registry],
  });

  /** One observer a route, so that its labels are made once. */
  route(method: string, route: string): ObserveRequest {
    const duration = this.#seconds.labels({ route, method });
    const byStatus = new Map<number, { inc(): void }>();
    return (status, seconds, bytesIn, bytesOut) => {
      let requests = byStatus.get(status);
      if (requests === undefined) {
        requests = this.#requests.labels({ route, method, status: String(status) });
        byStatus.set(status, requests);
      }
      requests.inc();
      duration.observe(seconds);
      this.bodies(bytesIn, bytesOut);
    };
  }

  /** Bytes of bodies; those of a stream are told when it ends. */
  bodies(bytesIn: number, bytesOut: number): void {
    this.#bytesIn.inc(bytesIn);
    this.#bytesOut.inc(bytesOut);
  }

  records(direction: 'in' | 'out', count: number): void {
    this.#recordsBy[direction].inc(count);
  }

  groupLag(records: number): void {
    this.#groupLag.observe(records);
  }

  /** For `observeStores`: counts and times each call to a store. */
  readonly observeStore: StoreObserver = (call) => {
    const { store, operation, outcome, durationMs, bytesIn, bytesOut, error } = call;
    if (isThrottled(error)) this.#throttles.inc();
    if (outcome === 'unknown') this.#unknownOutcomes.inc();
    if (operation === 'lead' && outcome === 'done') this.#fences.inc();
    this.#storeSeconds.labels({ store, operation, outcome }).observe(durationMs / 1000);
    this.#storeBytes.labels({ store, direction: 'in' }).inc(bytesIn);
    this.#storeBytes.labels({ store, direction: 'out' }).inc(bytesOut);
  };

  /** Prometheus' text format. */
  readonly exposition = {
    contentType: this.#registry.contentType,
    text: (): Promise<string> => this.#registry.metrics(),
  };
}
