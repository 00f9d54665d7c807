import { uuidv7 } from '@throughline/shared';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { happened } from '../../events.ts';
import { awayWords } from '../../i18n/words/away.ts';
import { blockWords } from '../../i18n/words/block.ts';
import { isOpen, nextOpening } from '../../lib/hours.ts';
import { useChat, useClient, useTexts, useView } from '../context.ts';
import { usePart, useStyles } from '../use-part.ts';
import css from './away.css?inline';
import { PLAIN_EMAIL, useAwayNow, useOpening, useSurvey } from './opening.ts';
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

/** The forms that stand before a conversation; the part around them is there in time. */
const loadAsk = () => import('./ask.tsx');

/** Tells the page who comes and goes; draws nothing. */
export function Availability(): null {
  const { tell } = useChat();
  const available = !useAwayNow();
  const opening = useNextOpening();
  const nextOpenAt = available ? null : opening;
  // Nothing is news before somebody is away.
  const said = useRef(true);
  useEffect(() => {
    if (available && said.current) return;
    said.current = available;
    tell(happened('availability.changed', { available, nextOpenAt }));
  }, [available, nextOpenAt]);
  usePart(
    useView(({ site }) => !!(site?.prechat ?? site?.offline)),
    loadAsk,
  );
  return null;
}

/** Under a conversation: what is asked before it begins, and what is said while nobody has answered. */
export function LeaveWord({ conversation }: { conversation: string | null }): VNode | null {
  const say = useTexts(awayWords);
  const opening = useOpening(conversation);
  const survey = useSurvey(conversation);
  const part = usePart(!!(opening ?? survey), loadAsk);
  const line = useAwayLine(say, conversation);
  const lead = opening?.as === 'prechat' ? '' : line;
  const wait = useClient(({ site }) => site.waits?.find((it) => it.conversation === conversation));
  const standing = usePart(!!wait, () => import('./standing.tsx'));
  if (survey && part) return <part.AskSurvey key={survey.name} survey={survey} />;
  if (opening && part) return <part.Ask key={opening.as} opening={opening} lead={lead} />;
  return (
    <>
      {standing && <standing.Standing wait={wait} />}
      <Word conversation={conversation} line={line} />
    </>
  );
}

/** That nobody is there, when they are, and what that means for what was written; empty: somebody is. */
function useAwayLine(say: Say, conversation: string | null): string {
  const isAway = useAwayNow();
  const back = useBack(say);
  const closed = useView((view) => view.site?.hours?.closed);
  const offline = useView((view) => view.site?.offline);
  const { tag } = useView((view) => view.language);
  const replyMs = useView((view) => view.site?.replyMs);
  if (!isAway) return '';
  const when = back ?? (replyMs && say('replyWithin', { duration: sayDuration(replyMs, tag) }));
  const own = [say('awayNow'), when && `${when}.`, !conversation && !offline && say('awayWrite')];
  return (back && closed) || own.filter(Boolean).join(' ');
}

type Fate = 'answersSending' | 'wordsSending' | 'wordsThere';

/** What became of what the visitor has said so far; undefined: nothing was said, or it is in the thread. */
function useFate(conversation: string | null): Fate | undefined {
  const isKept = useClient((state) =>
    state.conversations[conversation ?? '']?.items.some(
      (item) => item.kind === 'message' && item.by.kind === 'visitor',
    ),
  );
  const unsent = useClient((state) => state.outbox).filter(
    ({ input, state }) =>
      state !== 'failed' && 'conversation' in input && input.conversation === conversation,
  );
  const isGoing = (name: string) => unsent.some((entry) => entry.name === name);
  if (isGoing('message:send')) return 'wordsSending';
  // Until the conversation has begun on the relay, its form stands nowhere else.
  const isAnswered = isGoing('form:submit') || isGoing('survey:submit');
  if (isGoing('conversation:start') && isAnswered) return 'answersSending';
  return isKept ? 'wordsThere' : undefined;
}

/** In a conversation nobody has answered yet: says when they do, and asks where to, whom the page does not know. */
function Word({ conversation, line }: { conversation: string | null; line: string }): VNode | null {
  const { client } = useChat();
  const say = useTexts(awayWords);
  const fate = useFate(conversation);
  const hasAnswer = useClient((state) =>
    state.conversations[conversation ?? '']?.items.some(
      (item) => item.kind === 'message' && /agent|bot/.test(item.by.kind),
    ),
  );
  // Nobody is waited for: what was rated, or closed.
  const isOver = useClient(
    (state) => state.conversations[conversation ?? '']?.status === 'resolved',
  );
  const ref = useRef<HTMLElement>(null);
  useStyles(ref, css);
  if (hasAnswer || isOver || !(line || fate === 'answersSending')) return null;
  const { email = '', identified = '{}' } = client.persist.read();
  const said = JSON.parse(identified);
  return (
    <section ref={ref} class="away">
      {/* Filled in later, so that it is heard. */}
      <p role="status">{fate && <b>{say(fate)}</b>}</p>
      {line && <p dir="auto">{line}</p>}
      {line && !said.externalId && <Email say={say} known={email || (said.email ?? '')} />}
    </section>
  );
}

/** Saved as what the visitor says; nobody has proved it. */
function Email({ say, known }: { say: Say; known: string }): VNode {
  const { client } = useChat();
  const [saved, save] = useState(known);
  const [isWrong, setWrong] = useState(false);
  const w = useTexts(blockWords);
  return (
    <>
      {/* Filled in later, so that it is heard. */}
      <p role="status">{saved && say('emailThanks', { email: saved })}</p>
      {!saved && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const { currentTarget: asked } = event;
            const email = String(new FormData(asked).get('email')).trim();
            // The relay would not take it, when nobody is told any more.
            const isNone = !PLAIN_EMAIL.test(email);
            setWrong(isNone);
            if (isNone) {
              asked.querySelector('input')?.focus();
              return;
            }
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
              aria-invalid={isWrong}
              {...(isWrong && { 'aria-describedby': 'away-wrong' })}
              onInput={() => setWrong(false)}
            />
          </label>
          <button type="submit">{say('emailSend')}</button>
          {isWrong && (
            <p class="wrong" id="away-wrong">
              {w('email')}
            </p>
          )}
        </form>
      )}
    </>
  );
}
