/** What one operation has cost so far, as AWS bills it. */
export interface Cost {
  /** Calls by the program. */
  calls: number;
  /** Requests that the calls become: what S3 bills, and DynamoDB's round trips. */
  requests: number;
  bytesIn: number;
  bytesOut: number;
  readUnits: number;
  writeUnits: number;
}

/** `objects.put`, `metadata.append`; the inline intake of an append is counted apart, as `metadata.intake`. */
export type MeteredOperation = string;

const nothing = (): Cost => ({ calls: 0, requests: 0, bytesIn: 0, bytesOut: 0, readUnits: 0, writeUnits: 0 });

/** Adds up what calls to the stores cost. */
export class Meter {
  #costs = new Map<MeteredOperation, Cost>();

  add(operation: MeteredOperation, cost: Partial<Cost>): void {
    const sum = this.#costs.get(operation) ?? nothing();
    this.#costs.set(operation, sum);
    for (const name of Object.keys(sum) as (keyof Cost)[]) sum[name] += cost[name] ?? 0;
  }

  /** What it was since the last reset; nothing for an operation that was not called. */
  of(operation: MeteredOperation): Readonly<Cost> {
    return this.#costs.get(operation) ?? nothing();
  }

  /** Of all operations together. */
  get total(): Readonly<Cost> {
    const total = nothing();
    for (const cost of this.#costs.values()) {
      for (const name of Object.keys(total) as (keyof Cost)[]) total[name] += cost[name];
    }
    return total;
  }

  /** The operations that were called, each with how often. */
  get calls(): Readonly<Record<MeteredOperation, number>> {
    return Object.fromEntries([...this.#costs].map(([operation, { calls }]) => [operation, calls]));
  }

  reset(): void {
    this.#costs = new Map();
  }
}
