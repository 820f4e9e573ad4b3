/** A figure: what was measured, how much it was, and what it is to be held against. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
  readonly against?: string;
}

/** How many a second, from a count and the milliseconds that it took. */
export function perSecond(count: number, ms: number): number {
  return (count * 1000) / ms;
}

export function rate(perSecond: number, unit: string): string {
  return `${Math.round(perSecond).toLocaleString("en")} ${unit}/s`;
}

export function ratio(figure: number, baseline: number): string {
  return `${(figure / baseline).toFixed(2)} of raw`;
}

/** The best of several timings of the same work, in milliseconds: noise only ever adds. */
export async function bestMs(rounds: number, work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

export function median(numbers: readonly number[]): number {
  return percentile(numbers, 50);
}

/** The least of the numbers that so many in a hundred do not exceed. */
export function percentile(numbers: readonly number[], percent: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
}
