import type { Wait } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Values } from '../../i18n/languages.ts';
import { standingWords } from '../../i18n/words/standing.ts';
import { useTexts, useView } from '../context.ts';
import { isSameDay } from '../format.ts';
import { useStyles } from '../use-part.ts';
import css from './standing.css?inline';

const DAY_MS = 86_400_000;

/** "14:30", "Tuesday 14:30", "3 December, 14:30": by the visitor's own clock. */
function sayTime(at: number, tag: string, now: number): string {
  const clock = { hour: 'numeric', minute: '2-digit' } as const;
  if (isSameDay(at, now)) return new Date(at).toLocaleTimeString(tag, clock);
  const isNear = at - now < 6 * DAY_MS;
  const day = isNear ? { weekday: 'long' } : { day: 'numeric', month: 'long' };
  return new Date(at).toLocaleString(tag, { ...day, ...clock } as Intl.DateTimeFormatOptions);
}

/** "2–4 minutes"; "1 minute" for whoever is about to be served. */
function sayMinutes({ from, to }: NonNullable<Wait['minutes']>, tag: string): string {
  const format = new Intl.NumberFormat(tag, {
    ...{ style: 'unit', unit: 'minute', unitDisplay: 'long' },
  });
  const least = Math.max(1, from);
  return least < to ? format.formatRange(least, to) : format.format(to);
}

type Say = (key: keyof typeof standingWords, values?: Values) => string;

interface Around {
  t: Say;
  tag: string;
}

function sayPlace({ place, minutes }: Wait, { t, tag }: Around): string[] {
  if (place === null) return [];
  const where = place === 1 ? t('waitNext') : t('waitPlace', { n: place });
  return minutes ? [where, t('waitMinutes', { minutes: sayMinutes(minutes, tag) })] : [where];
}

/** What is due first. */
function sayPromise({ promises }: Wait, { t, tag }: Around): string[] {
  const [first] = promises.toSorted((a, b) => a.dueAt - b.dueAt);
  const time = first && sayTime(first.dueAt, tag, Date.now());
  return time ? [t(first.what === 'reply' ? 'promiseReply' : 'promiseCall', { time })] : [];
}

const sayBroken = ({ broken }: Wait, { t }: Around): string[] =>
  broken ? [t(broken === 'reply' ? 'brokenReply' : 'brokenCall')] : [];

/** One calm line for whoever waits: where they stand, how long it may take, what they were promised. */
export function Standing({ wait }: { wait: Wait | undefined }): VNode {
  const t = useTexts(standingWords);
  const { tag } = useView((view) => view.language);
  const ref = useRef<HTMLParagraphElement>(null);
  useStyles(ref, css);
  const around = { t, tag };
  const says = [sayPlace, sayPromise, sayBroken].flatMap((say) => (wait ? say(wait, around) : []));
  const text = says.join(' ');
  // Filled in a moment later, so that it is heard.
  const [shown, show] = useState('');
  useEffect(() => show(text), [text]);
  return (
    <p ref={ref} class="standing" role="status" dir="auto">
      {shown}
    </p>
  );
}
