import { SingleBar } from 'cli-progress';

/** Shows how far a command has come: on a terminal only, and on stderr. */
export interface Progress {
  /** So many bytes of the input have been read. */
  read(bytes: number): void;
  /** So many records have been taken from it. */
  took(records: number): void;
  stop(): void;
}

const silent: Progress = { read: () => undefined, took: () => undefined, stop: () => undefined };

/** @param totalBytes Of the input; when it is not known, records are counted instead of a bar. */
export function showProgress(totalBytes: number | undefined): Progress {
  // Whoever types the records needs no count of them.
  if (!process.stderr.isTTY || process.stdin.isTTY) return silent;
  const format =
    totalBytes === undefined
      ? '{records} records'
      : '{bar} {percentage}% | {records} records | {eta_formatted}';
  const bar = new SingleBar({
    format,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    etaBuffer: 200,
  });
  bar.start(totalBytes ?? 0, 0, { records: 0 });
  let records = 0;
  return {
    read: (bytes) => bar.increment(bytes, { records }),
    took: (count) => {
      records = count;
    },
    stop: () => bar.stop(),
  };
}
