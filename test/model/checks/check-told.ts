import type { Told } from './told.ts';

/** What was told that the log does not bear out, in words. */
export function findLie(told: readonly Told[], log: readonly string[]): string | undefined {
  for (const one of told) {
    const lie = check(one, log);
    if (lie !== undefined) return lie;
  }
  return undefined;
}

function check(told: Told, log: readonly string[]): string | undefined {
  switch (told.kind) {
    case 'stands': {
      const { values, offset } = told;
      if (stands(log, values, offset)) return undefined;
      return `I3: ${values} was acknowledged at ${offset}, and the log is: ${log.join(' ')}`;
    }
    case 'failed': {
      if (!told.values.some((value) => log.includes(value))) return undefined;
      return `I3: ${told.values} was said not to stand (${told.error}), and the log is: ${log.join(' ')}`;
    }
    case 'read': {
      const { values, offset, highWatermark } = told;
      if (offset + values.length === highWatermark && stands(log, values, offset)) return undefined;
      return `I3: a fetch from ${offset} to ${highWatermark} gave "${values}", and the log is: ${log.join(' ')}`;
    }
    case 'sent': {
      const offsets = told.values.map((value) => log.indexOf(value)).filter((offset) => offset >= 0);
      if (offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? 0)))
        return undefined;
      return `I3: ${told.values} were sent in this order, and the log is: ${log.join(' ')}`;
    }
    case 'mayStand':
      return undefined;
  }
}

const stands = (log: readonly string[], values: readonly string[], offset: number): boolean =>
  values.every((value, index) => log[offset + index] === value);
