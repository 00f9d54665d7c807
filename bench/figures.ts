/** One figure of a benchmark; names stay, so that it can be followed over time. */
export interface Figure {
  bench: string;
  metric: string;
  value: number;
  unit: string;
  /** What it must not exceed. */
  goal?: number;
  /** What it must reach. */
  least?: number;
  /** What the same thing costs with nothing of ours in it. */
  floor?: number;
  /** What one has to know to compare it. */
  setting: string;
}

export type Report = (figure: Omit<Figure, 'bench'>) => void;
export type Bench = (report: Report) => Promise<void>;

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
