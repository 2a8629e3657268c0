import { describeMetadataStore } from '../../storage/metadata-store-contract.ts';
import { describeObjectStore } from '../../storage/object-store-contract.ts';
import { Bucket } from './bucket.ts';
import { SimulatedMetadataStore } from './simulated-metadata-store.ts';
import { SimulatedObjectStore } from './simulated-object-store.ts';
import { Table } from './table.ts';
import { directWire } from './wire.ts';

const INLINE_BYTES_MAX = 4_096;

// What the simulator runs on keeps the very contracts that the real homes keep; faults are the wire's.
describeMetadataStore('metadata in memory', async () => {
  const table = new Table();
  const openAnother = async () => new SimulatedMetadataStore(table, directWire, INLINE_BYTES_MAX);
  return { store: await openAnother(), openAnother, close: async () => undefined };
});

describeObjectStore('objects in memory', async () => {
  const bucket = new Bucket(Date.now);
  const openAnother = async () => new SimulatedObjectStore(bucket, directWire);
  return { store: await openAnother(), openAnother, close: async () => undefined };
});
