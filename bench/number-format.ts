/** Three digits that mean something, more in large numbers: 0.123, 12.3, 1,234. */
export function formatNumber(value: number): string {
  const fractionDigits = value >= 100 || value === 0 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: fractionDigits,
    maximumFractionDigits: fractionDigits,
  });
}
