import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LatencyHistogram, type LatencySummary } from './histogram.ts';

/**
 * 'append': all groups into one file, fdatasync after each, as a write-ahead log does.
 * 'file': each group into a file of its own, fsynced, as an object store on files must at least do.
 */
export type DiskStyle = 'append' | 'file';

export interface DiskLoop {
  readonly folder: string;
  readonly style: DiskStyle;
  /** What one request brings. */
  readonly body: Uint8Array;
  /** Bodies between two fsyncs: as many as a group commit can find when every connection waits. */
  readonly bodiesPerSync: number;
  readonly durationMs: number;
}

export interface DiskResult {
  readonly bodiesPerSecond: number;
  /** Of one group: written and fsynced. */
  readonly latency: LatencySummary;
}

function writeGroup(file: number, { body, bodiesPerSync }: DiskLoop): void {
  for (let index = 0; index < bodiesPerSync; index++) writeSync(file, body);
}

function* groups(loop: DiskLoop): Generator<() => void> {
  if (loop.style === 'append') {
    const path = join(loop.folder, 'disk-append');
    const file = openSync(path, 'w');
    try {
      while (true) {
        yield () => {
          writeGroup(file, loop);
          fdatasyncSync(file);
        };
      }
    } finally {
      closeSync(file);
      rmSync(path);
    }
  }
  const paths: string[] = [];
  try {
    while (true) {
      const path = join(loop.folder, `disk-file-${paths.length}`);
      paths.push(path);
      yield () => {
        const file = openSync(path, 'w');
        writeGroup(file, loop);
        fsyncSync(file);
        closeSync(file);
      };
    }
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
}

/** A plain loop that writes and fsyncs: nothing that acknowledges durably on this disk can be faster for long. */
export function runDiskLoop(loop: DiskLoop): DiskResult {
  const latency = new LatencyHistogram();
  const startMs = performance.now();
  let count = 0;
  for (const write of groups(loop)) {
    const groupMs = performance.now();
    write();
    const nowMs = performance.now();
    latency.record(nowMs - groupMs);
    count++;
    if (nowMs - startMs >= loop.durationMs) break;
  }
  const seconds = (performance.now() - startMs) / 1000;
  return { bodiesPerSecond: (count * loop.bodiesPerSync) / seconds, latency: latency.summary() };
}
