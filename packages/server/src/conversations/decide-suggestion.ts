import { LIMITS } from '@throughline/shared';
import type { SuggestionOutcome } from '@throughline/shared/schema';
import { botHasFloor, isActive } from '../store/holder.ts';
import type { Conversation } from '../store/store.ts';
import { requested } from './decide-answers.ts';
import {
  type Decide,
  type Decision,
  type Fact,
  type Input,
  type Name,
  refuse,
  type Suggested,
} from './decision.ts';
import { actorOf, type Principal } from './policy.ts';

/** What stands there, for people or only to be compared. */
export function openSuggestion({ advice }: Pick<Conversation, 'advice'>) {
  const found = advice?.suggestion;
  return found?.outcome === null ? found : undefined;
}

/** Whether the visitor has said something nobody has answered, and no bot was asked about. */
export const mayAdvise = (row: Conversation): boolean =>
  isActive(row) &&
  !botHasFloor(row) &&
  row.lastMessage?.by === 'visitor' &&
  row.advice?.upTo !== row.visitorPub;

const ended = (
  suggestion: string,
  outcome: SuggestionOutcome,
  message: string | null = null,
): Fact => ({ type: 'suggestion.ended', data: { suggestion, outcome, message } });

type Open = NonNullable<ReturnType<typeof openSuggestion>>;

interface Given {
  by: Principal['kind'];
  input: object;
}

/** A person has said something while it stood there. */
function answeredWith(
  { id, mode, text: suggested }: Open,
  text: string,
  input: object,
): SuggestionOutcome {
  if (mode === 'shadow') return 'shadow';
  if (text.trim() === suggested) return 'sent';
  return 'suggestion' in input && input.suggestion === id ? 'sent_edited' : 'superseded';
}

/** What a fact makes of it; undefined: it stands. */
function outcomeBy(open: Open, fact: Fact, { by, input }: Given): SuggestionOutcome | undefined {
  switch (fact.type) {
    case 'message.created':
      if (by === 'agent') return answeredWith(open, fact.data.text, input);
      return by === 'system' ? undefined : 'superseded';
    case 'bot.started':
      return 'superseded';
    case 'conversation.resolved':
      return 'expired';
    case 'conversation.snoozed':
      return fact.data.until === null ? undefined : 'expired';
    default:
      return undefined;
  }
}

/** What else is said, or done, ends a suggestion: it was an answer to how things were. */
export function endingSuggestion(
  row: Conversation,
  facts: readonly Fact[],
  { who, input }: { who: Principal; input: { id: string } },
): Fact[] {
  const open = openSuggestion(row);
  if (!open || facts.some(({ type }) => type === 'suggestion.ended')) return [];
  for (const [i, fact] of facts.entries()) {
    const by = i === 0 ? who.kind : (fact.by?.kind ?? 'system');
    const outcome = outcomeBy(open, fact, { by, input });
    if (!outcome) continue;
    const isAnswer = fact.type === 'message.created' && by === 'agent';
    return [ended(open.id, outcome, isAnswer ? input.id : null)];
  }
  return [];
}

/** What was sent already is not sent twice, whoever was quicker: a colleague, or the bot itself. */
export function mustNotSend(
  { advice }: Conversation,
  { suggestion }: Input<'message:send'>,
  { kind }: Principal,
): Decision | undefined {
  if (suggestion === undefined) return undefined;
  if (kind !== 'agent') return refuse('forbidden', 'suggestion');
  const { id, outcome } = advice?.suggestion ?? {};
  const isSent = outcome === 'sent' || outcome === 'sent_edited';
  return id === suggestion && isSent ? refuse('suggestion_over') : undefined;
}

/** Its words as one message; what it would note or promise is left out. */
function wordsIn(acts: Suggested['acts']) {
  const said = acts.flatMap((act) => (act.do === 'say' ? [act] : []));
  const text = said
    .map((act) => act.text.trim())
    .filter(Boolean)
    .join('\n\n');
  const block = said.findLast((act) => act.block)?.block;
  return { text, ...(block && { block }) };
}

function leadingTo(next: Suggested['next']) {
  if (next.do !== 'hand_off') return { next: next.do };
  const { reason, summary } = next;
  return { next: next.do, reason, ...(summary && { summary }) };
}

type Advising = Extract<Name, `suggestion:${string}`>;

export const decideSuggestions: { [N in Advising]: Decide<N> } = {
  'suggestion:make': ({ row }, made, { now }) => {
    if (!mayAdvise(row) || row.visitorPub !== made.upTo) return refuse('wrong_status');
    const { id: _, conversation: _c, acts, next, sendAfterMs, ...rest } = made;
    const words = wordsIn(acts);
    if (words.text.length > LIMITS.textChars) return refuse('too_long', 'acts');
    const saysAny = words.text !== '' || words.block !== undefined;
    const sendAt = sendAfterMs === null || !saysAny ? null : now + sendAfterMs;
    const data = { ...rest, ...words, ...leadingTo(next), sendAt };
    return { facts: [{ type: 'suggestion.made', data }] };
  },

  'suggestion:fail': ({ row }, { id: _, conversation: _c, ...data }) =>
    mayAdvise(row) && row.visitorPub === data.upTo
      ? { facts: [{ type: 'suggestion.failed', data }] }
      : refuse('wrong_status'),

  'suggestion:hold': ({ row }, { suggestion }) => {
    const open = openSuggestion(row);
    if (open?.id !== suggestion) return refuse('suggestion_over');
    if (open.sendAt === null) return { facts: [] };
    return { facts: [{ type: 'suggestion.held', data: { suggestion } }] };
  },

  'suggestion:dismiss': ({ row }, { suggestion }) =>
    openSuggestion(row)?.id === suggestion
      ? { facts: [ended(suggestion, 'dismissed')] }
      : refuse('suggestion_over'),

  'suggestion:expire': ({ row }, { suggestion }) =>
    openSuggestion(row)?.id === suggestion
      ? { facts: [ended(suggestion, 'expired')] }
      : refuse('suggestion_over'),

  'suggestion:release': ({ row }, { id, suggestion }, { who, now }) => {
    const open = openSuggestion(row);
    if (open?.id !== suggestion || open.mode !== 'supervised') return refuse('suggestion_over');
    if (open.sendAt === null || open.sendAt > now) return refuse('wrong_status');
    const { text, block } = open;
    return {
      facts: [
        { type: 'message.created', data: { text, ...(block && { block }) } },
        ...requested(id, block),
        { ...ended(suggestion, 'sent', id), by: actorOf(who) },
      ],
    };
  },
};
