const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const two = (count: number): string => String(count).padStart(2, '0');

/** How long somebody has waited, live: `0:42`, `12:05`, `3 h 20 min`, `2 d 4 h`. */
export function waitText(since: number, now: number): string {
  const ms = Math.max(0, now - since);
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS)} d ${Math.floor((ms % DAY_MS) / HOUR_MS)} h`;
  if (ms >= HOUR_MS)
    return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`;
  return `${Math.floor(ms / MINUTE_MS)}:${two(Math.floor((ms % MINUTE_MS) / SECOND_MS))}`;
}

/** The same where minutes are enough: `< 1 min`, `4 min`, `3 h 20 min`. */
export function roughWait(since: number, now: number): string {
  const ms = Math.max(0, now - since);
  if (ms < MINUTE_MS) return '< 1 min';
  return ms < HOUR_MS ? `${Math.floor(ms / MINUTE_MS)} min` : waitText(since, now);
}

/** A time somebody set: `30 s`, `1 min`, `1 min 30 s`, `4 h`. */
export function spanText(ms: number): string {
  const parts: [unitMs: number, unit: string][] = [
    [DAY_MS, 'd'],
    [HOUR_MS, 'h'],
    [MINUTE_MS, 'min'],
    [SECOND_MS, 's'],
  ];
  const words = parts.flatMap(([unitMs, unit], i) => {
    const count = Math.floor((ms % (parts[i - 1]?.[0] ?? Infinity)) / unitMs);
    return count > 0 ? `${count} ${unit}` : [];
  });
  return words.slice(0, 2).join(' ') || '0 s';
}
