import { expect, onTestFinished, test, vi } from 'vitest';
import { flushEvery } from '../../../lib/lambda/telemetry/flush-every.ts';
import { openTelemetry } from '../../../lib/lambda/telemetry/telemetry.ts';
import { written } from './function-lines.ts';

test('what came is written every so often, and the rest when it ends', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const telemetry = openTelemetry({ name: 'quakes', logLevel: 'info', function: 'serve' });
  const lines = written(() => {
    const end = flushEvery(telemetry, 10_000);
    telemetry.metrics.records('in', 1);
    vi.advanceTimersByTime(9_999);
    telemetry.metrics.records('in', 2);
    vi.advanceTimersByTime(30_000);
    telemetry.metrics.records('in', 4);
    end();
    telemetry.metrics.records('in', 8);
    vi.advanceTimersByTime(30_000);
  });
  expect(lines.map((line) => JSON.parse(line).RecordsIn)).toEqual([3, 4]);
});
