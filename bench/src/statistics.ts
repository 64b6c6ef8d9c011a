export interface Summary {
  n: number;
  p50: number;
  p99: number;
  max: number;
}

/** Of at least one value; nearest-rank percentiles. */
export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number;
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
