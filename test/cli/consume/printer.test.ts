import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { Printer, ReaderGoneError } from '../../../lib/cli/consume/printer.ts';
import { asOffset } from '../../../lib/kafka/types.ts';

const at = (partition: number) => ({ topicId: 't', topic: 'orders', partition });
const records = (count: number) =>
  Array.from({ length: count }, (_, offset) => ({
    offset: asOffset(offset),
    timestamp: 1,
    key: null,
    value: Buffer.alloc(1_000, 'x'),
    headers: [],
  }));

/** A stream that takes writes when it is told to, and a printer on it. */
function setUp(recordsMax?: number) {
  const writes: { text: string; done: (error?: Error) => void }[] = [];
  const stream = new Writable({
    write: (bytes: Buffer, _encoding, done) => {
      writes.push({ text: bytes.toString(), done });
    },
  });
  stream.on('error', () => undefined);
  let nowMs = 0;
  let isFull = false;
  const printer = new Printer({
    stream,
    format: ({ offset }, partition) => Buffer.from(`${partition}-${offset}`.padEnd(999, '.').concat('\n')),
    recordsMax,
    onFull: () => {
      isFull = true;
    },
    monotonicMs: () => nowMs,
  });
  const untilWritten = async (count: number) => {
    while (writes.length < count) await new Promise(setImmediate);
  };
  return { printer, writes, untilWritten, tick: (ms: number) => (nowMs += ms), isFull: () => isFull };
}

const { signal: never } = new AbortController();

test('only what was written counts as printed, and partitions take turns', async () => {
  const { printer, writes, untilWritten } = setUp();
  const printed: [number, number][] = [];
  const print = (partition: number) =>
    printer.print(at(partition), records(20), never, (offset) => printed.push([partition, offset]));
  const both = Promise.all([print(0), print(1)]);
  await untilWritten(1);
  expect(printed).toEqual([]);
  for (let write = 1; write <= 4; write++) {
    await untilWritten(write);
    writes[write - 1]?.done();
  }
  await both;
  expect(printed).toEqual([
    [0, 17],
    [1, 17],
    [0, 20],
    [1, 20],
  ]);
  expect(printer.count).toBe(40);
});

test('who is told to stop finishes the lines under way', async () => {
  const { printer, writes, untilWritten } = setUp();
  const stop = new AbortController();
  const printed: number[] = [];
  const printing = printer.print(at(0), records(100), stop.signal, (offset) => printed.push(offset));
  await untilWritten(1);
  stop.abort();
  writes[0]?.done();
  await printing;
  expect(printed).toEqual([17]);
  expect(writes).toHaveLength(1);
});

test('no more records are printed than shall be', async () => {
  const { printer, writes, untilWritten, isFull } = setUp(3);
  const printing = printer.print(at(0), records(10), never, () => undefined);
  await untilWritten(1);
  expect(isFull()).toBe(false);
  writes[0]?.done();
  await printing;
  expect(isFull()).toBe(true);
  await printer.print(at(1), records(10), never, () => expect.unreachable());
  expect(printer.count).toBe(3);
});

test('a reader that is gone is told from any other failure, and nothing counts as printed', async () => {
  for (const [code, error] of [
    ['EPIPE', ReaderGoneError],
    ['ENOSPC', 'cannot write to stdout: no'],
  ] as const) {
    const { printer, writes, untilWritten } = setUp();
    const printing = printer.print(at(0), records(1), never, () => expect.unreachable());
    await untilWritten(1);
    writes[0]?.done(Object.assign(new Error('no'), { code }));
    await expect(printing).rejects.toThrow(error);
    expect(printer.count).toBe(0);
  }
});

test('it is not quiet while something waits to be printed', async () => {
  const { printer, writes, untilWritten, tick } = setUp();
  const printing = printer.print(at(0), records(1), never, () => undefined);
  await untilWritten(1);
  tick(500);
  expect(printer.lastPrintedMs).toBe(500);
  writes[0]?.done();
  await printing;
  tick(500);
  expect(printer.lastPrintedMs).toBe(500);
});
