import { useEffect, useState } from 'preact/hooks';

/** The time, and again every `everyMs`: what is shown as "4 min" grows older by itself. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
