/** `1 record`, `2 records`, `1,234,567 records`. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Lines in columns: the first row is the heading. A column with numbers in it stands to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const columns = (rows[0] ?? []).map((_, at) => {
    const cells = rows.map((row) => row[at] ?? '');
    const width = Math.max(...cells.map((cell) => String(cell).length));
    return { width, isNumeric: cells.some((cell) => typeof cell === 'number') };
  });
  const line = (row: readonly (string | number)[]): string =>
    columns
      .map(({ width, isNumeric }, at) =>
        isNumeric ? String(row[at] ?? '').padStart(width) : String(row[at] ?? '').padEnd(width),
      )
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
