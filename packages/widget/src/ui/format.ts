const startOfDay = (time: number): number => new Date(time).setHours(0, 0, 0, 0);

const DAY_MS = 86_400_000;

export const isSameDay = (a: number, b: number): boolean => startOfDay(a) === startOfDay(b);

export const clockTime = (time: number, tag: string): string =>
  new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit' }).format(time);

interface Days {
  today: string;
  yesterday: string;
}

/** "Today", "Yesterday", else the date; with the year when it is another. */
export function dayName(time: number, tag: string, { today, yesterday }: Days): string {
  const days = Math.round((startOfDay(Date.now()) - startOfDay(time)) / DAY_MS);
  if (days === 0) return today;
  if (days === 1) return yesterday;
  const sameYear = new Date(time).getFullYear() === new Date().getFullYear();
  const year = sameYear ? {} : { year: 'numeric' as const };
  return new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', ...year }).format(time);
}

/** For a list: the time of today, else the day. */
export const shortTime = (time: number, tag: string): string =>
  isSameDay(time, Date.now())
    ? clockTime(time, tag)
    : new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' }).format(time);

/** First letters of the first and last word. */
export const initials = (name: string): string => {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : '']
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
};
