import type { CeilingName, Figure } from './figure.ts';
import { formatNumber } from './number-format.ts';
import type { Verdict } from './targets.ts';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
}

const columns: readonly Column[] = [
  { title: 'scenario', width: 34, align: 'left' },
  { title: 'figure', width: 16, align: 'left' },
  { title: 'value', width: 18, align: 'right' },
  { title: 'bare server', width: 15, align: 'right' },
  { title: 'with JSON', width: 15, align: 'right' },
  { title: 'write+fsync', width: 15, align: 'right' },
  { title: 'target', width: 0, align: 'left' },
];

function line(cells: readonly string[]): string {
  return columns
    .map(({ width, align }, index) => {
      const cell = cells[index] ?? '';
      return align === 'left' ? cell.padEnd(width) : cell.padStart(width);
    })
    .join('  ')
    .trimEnd();
}

/** A ceiling, and the part of it that the figure reaches. */
function ceilingCell({ value, ceilings }: Figure, name: CeilingName): string {
  const ceiling = ceilings[name];
  if (ceiling === undefined) return '';
  return `${formatNumber(ceiling)} (${Math.round((value / ceiling) * 100)} %)`;
}

export function formatHeading(): string {
  const rule = columns.map(({ title, width }) => '-'.repeat(Math.max(width, title.length)));
  return `${line(columns.map(({ title }) => title))}\n${line(rule)}`;
}

/** One row of the table. */
export function formatRow(scenario: string, figure: Figure, verdicts: readonly Verdict[]): string {
  return line([
    scenario,
    figure.name,
    `${formatNumber(figure.value)} ${figure.unit}`,
    ceilingCell(figure, 'bare'),
    ceilingCell(figure, 'json'),
    ceilingCell(figure, 'disk'),
    verdicts.map(({ wanted, met }) => `${wanted}: ${met ? 'met' : 'NOT MET'}`).join('; '),
  ]);
}
