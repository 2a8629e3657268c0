import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process has used, all threads together (proc(5), `stat`). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export interface MemoryUsage {
  readonly peakBytes: number;
  readonly residentBytes: number;
}

function kilobytes(status: string, field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status);
  if (match === null) throw new Error(`/proc has no ${field}`);
  return Number(match[1]);
}

/** Resident memory of a process, now and at its peak (proc(5), `VmRSS` and `VmHWM`). */
export function memoryUsage(pid: number): MemoryUsage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    peakBytes: kilobytes(status, 'VmHWM') * 1024,
    residentBytes: kilobytes(status, 'VmRSS') * 1024,
  };
}
