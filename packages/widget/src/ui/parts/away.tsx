import { uuidv7 } from '@throughline/shared';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { happened } from '../../events.ts';
import { awayWords } from '../../i18n/words/away.ts';
import { isOpen, nextOpening } from '../../lib/hours.ts';
import { useChat, useClient, useTexts, useView } from '../context.ts';
import { useStyles } from '../use-part.ts';
import css from './away.css?inline';
import { type Say, sayBack, sayDuration } from './when.ts';

const MINUTE_MS = 60_000;

/** When they open; null: they are open, say nothing of it, or this browser does not know their clock. */
function useNextOpening(): number | null {
  const hours = useView((view) => view.site?.hours);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  const now = Date.now();
  try {
    return hours && !isOpen(hours, now) ? (nextOpening(hours, now) ?? null) : null;
  } catch {
    return null;
  }
}

function useBack(say: Say): string | undefined {
  const at = useNextOpening();
  const { tag } = useView((view) => view.language);
  const timeZone = useView((view) => view.site?.hours?.timeZone);
  return at && timeZone ? sayBack(at, timeZone, { say, tag, now: Date.now() }) : undefined;
}

/** What the header says of people who are not there: when they are back, else how long answers take. */
export function Wait(): VNode {
  const t = useTexts(awayWords);
  const back = useBack(t);
  const { tag } = useView((view) => view.language);
  const replyMs = useView((view) => view.site?.replyMs);
  const within = replyMs && t('replyWithin', { duration: sayDuration(replyMs, tag) });
  return <>{back ?? (within || t('away'))}</>;
}

/** Tells the page who comes and goes; draws nothing. */
export function Availability(): null {
  const { tell } = useChat();
  const available = useClient((state) => state.site.online.length > 0);
  const opening = useNextOpening();
  const nextOpenAt = available ? null : opening;
  useEffect(() => {
    tell(happened('availability.changed', { available, nextOpenAt }));
  }, [available, nextOpenAt]);
  return null;
}

/** In a conversation nobody has answered yet: says when they do, and asks where to, whom the page does not know. */
export function LeaveWord({ conversation }: { conversation: string | null }): VNode | null {
  const { client } = useChat();
  const say = useTexts(awayWords);
  const back = useBack(say);
  const closed = useView((view) => view.site?.hours?.closed);
  const isAway = useClient((state) => state.site.online.length === 0);
  const hasAnswer = useClient((state) =>
    state.conversations[conversation ?? '']?.items.some(
      (item) => item.kind === 'message' && item.by.kind !== 'visitor',
    ),
  );
  const ref = useRef<HTMLElement>(null);
  useStyles(ref, css);
  if (!isAway || hasAnswer) return null;
  const { email = '', identified = '{}' } = client.persist.read();
  const said = JSON.parse(identified);
  const own = [say('awayNow'), back && `${back}.`, !conversation && say('awayWrite')];
  const line = (back && closed) || own.filter(Boolean).join(' ');
  return (
    <section ref={ref} class="away">
      <p dir="auto">{line}</p>
      {!said.externalId && <Email say={say} known={email || (said.email ?? '')} />}
    </section>
  );
}

/** Saved as what the visitor says; nobody has proved it. */
function Email({ say, known }: { say: Say; known: string }): VNode {
  const { client } = useChat();
  const [saved, save] = useState(known);
  return (
    <>
      {/* Filled in later, so that it is heard. */}
      <p role="status">{saved && say('emailThanks', { email: saved })}</p>
      {!saved && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const email = String(new FormData(event.currentTarget).get('email')).trim();
            client.submit('contact:identify', { id: uuidv7(), email });
            client.persist.keep({ email });
            save(email);
          }}
        >
          <label>
            <span>{say('leaveEmail')}</span>
            <input
              type="email"
              name="email"
              required
              maxLength={320}
              autocomplete="email"
              placeholder={say('yourEmail')}
              aria-label={say('yourEmail')}
            />
          </label>
          <button type="submit" class="button">
            {say('emailSend')}
          </button>
        </form>
      )}
    </>
  );
}
