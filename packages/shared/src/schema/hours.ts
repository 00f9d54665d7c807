import { z } from 'zod';
import * as f from './fields.ts';

/** A time of the day by the business's own clock; `24:00` ends a day. */
const clockTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: 'bad_value' });

/** Open from one time of a day to a later one; past midnight goes on with the next day. */
const opening = z
  .strictObject({ from: clockTime, to: clockTime })
  .refine(({ from, to }) => from < to, { error: 'bad_value' });

/** Empty: closed. */
const day = z.array(opening).max(10);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** When somebody answers. */
export const hours = z.strictObject({
  /** IANA: `Europe/Berlin`. */
  timeZone: z.string().max(64).refine(isTimeZone, { error: 'bad_value' }),
  /** A day that is not named is closed. */
  week: z.strictObject({
    sunday: day.optional(),
    monday: day.optional(),
    tuesday: day.optional(),
    wednesday: day.optional(),
    thursday: day.optional(),
    friday: day.optional(),
    saturday: day.optional(),
  }),
  /** Dates that are not like their weekday: holidays, a long evening. */
  exceptions: z
    .array(z.strictObject({ date: z.iso.date({ error: 'bad_value' }), open: day }))
    .max(200)
    .optional(),
  /** What an empty conversation says while closed, in place of the widget's own words. */
  closed: f.text(300).optional(),
});

export type Hours = z.infer<typeof hours>;
