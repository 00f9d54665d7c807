const startOfDay = (time: number): number => new Date(time).setHours(0, 0, 0, 0);

const DAY_MS = 86_400_000;

export const isSameDay = (a: number, b: number): boolean => startOfDay(a) === startOfDay(b);

export const clockTime = (time: number, tag: string): string =>
  new Date(time).toLocaleTimeString(tag, { hour: 'numeric', minute: '2-digit' });

const date = (time: number, tag: string, options: Intl.DateTimeFormatOptions): string =>
  new Date(time).toLocaleDateString(tag, { day: 'numeric', ...options });

interface Days {
  today: string;
  yesterday: string;
}

/** The whole of it. */
export const longDate = (time: number, tag: string): string =>
  new Date(time).toLocaleDateString(tag, { dateStyle: 'full' });

/** "Today", "Yesterday", else the date; with the year when it is another. */
export function dayName(time: number, tag: string, { today, yesterday }: Days): string {
  const days = Math.round((startOfDay(Date.now()) - startOfDay(time)) / DAY_MS);
  if (days === 0) return today;
  if (days === 1) return yesterday;
  const sameYear = new Date(time).getFullYear() === new Date().getFullYear();
  return date(time, tag, { month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** For a list: the time of today, else the day. */
export const shortTime = (time: number, tag: string): string =>
  isSameDay(time, Date.now()) ? clockTime(time, tag) : date(time, tag, { month: 'short' });
