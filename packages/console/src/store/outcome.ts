import { ERRORS, type ErrorCode } from '@throughline/shared';
import type { Entry } from '@throughline/shared/client';
import type { AgentEvent, Receipt } from '@throughline/shared/schema';
import { nameOf } from '../lib/person.ts';
import { endOf } from '../lib/time.ts';
import type { Core } from './core.ts';
import type { Notices } from './notices.ts';
import { myId, myselfAs, queueName, type State, teamName } from './state.ts';
import type { Threads } from './threads.ts';

/** What telling of an outcome needs, and what it may offer to do next. */
export interface Telling extends Core {
  notices: Notices;
  threads: Threads;
  /** Goes there. */
  open(conversation: string): void;
  reopen(conversation: string): void;
  assign(agent: string | null): void;
}

const conversationOf = ({ input }: Entry): string =>
  'conversation' in input ? input.conversation : '';

function whatHappened(entry: Entry, state: State, now: number): string | undefined {
  switch (entry.name) {
    case 'conversation:assign': {
      const { assignee } = entry.input;
      const name = assignee === myId(state) ? 'you' : teamName(state, assignee);
      return `Assigned to ${name ?? 'a colleague'}.`;
    }
    case 'conversation:unassign':
      return 'Assigned to nobody.';
    case 'conversation:transfer':
      return `Moved to ${queueName(state, entry.input.queue)}.`;
    case 'promise:withdraw':
      return 'Taken back: it is owed no more.';
    case 'conversation:hand_back':
      return 'Handed back to the bot.';
    case 'conversation:resolve':
      return 'Resolved.';
    case 'conversation:reopen':
      return 'Open again.';
    case 'conversation:snooze':
      return `Snoozed until ${endOf(entry.input.until, now)}.`;
    default:
      return undefined;
  }
}

const undoLabels: Partial<Record<Entry['name'], string>> = {
  'conversation:resolve': 'Reopen',
  'conversation:snooze': 'Wake now',
};

/** The event a command of ours has left, so that it stands in the thread before the relay repeats it. */
function eventOf(entry: Entry, receipt: Receipt, state: State): AgentEvent | undefined {
  const { id, seq, pub, time, conversation } = receipt;
  if (seq === null || conversation === null) return undefined;
  const envelope = { id, conversation, seq, pub, time, actor: myselfAs(state) };
  switch (entry.name) {
    case 'message:send':
      // What its files are, its event says.
      if (entry.input.files) return undefined;
      return {
        ...{ ...envelope, type: 'message.created' },
        data: { text: entry.input.text, block: entry.input.block },
      };
    case 'note:add':
      return { ...envelope, type: 'note.created', data: { text: entry.input.text } };
    case 'message:edit': {
      const { message, text } = entry.input;
      return { ...envelope, type: 'message.updated', data: { message, text } };
    }
    case 'message:delete':
      return { ...envelope, type: 'message.deleted', data: { message: entry.input.message } };
    default:
      return undefined;
  }
}

/** The relay has done it: shows it, and says so where the thread alone would not. */
export function confirm(telling: Telling, entry: Entry, receipt: Receipt): void {
  const { store, threads, notices, browser } = telling;
  const state = store.getState();
  const event = eventOf(entry, receipt, state);
  if (event) threads.event(event);
  if (entry.name === 'offer:accept') telling.open(entry.input.conversation);
  const text = whatHappened(entry, state, browser.now());
  if (!text) return;
  const label = undoLabels[entry.name];
  const run = () => telling.reopen(conversationOf(entry));
  notices.say(text, { action: label ? { label, run } : null });
}

/** The error table's sentence, continued behind a colon. */
function reason(code: ErrorCode): string {
  const { message } = ERRORS[code];
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** Refusals one can do something about, in words about whom they concern. */
function sentenceFor(entry: Entry, code: ErrorCode, state: State): string {
  const agent = entry.name === 'conversation:assign' ? entry.input.assignee : myId(state);
  const isMe = agent === myId(state);
  const name = isMe ? 'You' : (teamName(state, agent) ?? 'They');
  if (code === 'at_capacity')
    return isMe
      ? 'Not taken: you have as many conversations as you may. Resolve or pass on one first.'
      : `Not assigned: ${name} can take no more at the moment. Choose somebody else.`;
  if (entry.name === 'conversation:transfer' && code === 'not_found')
    return 'Not moved: there is no such queue any more.';
  if (entry.name === 'approval:decide' && code === 'wrong_status')
    return 'Not decided: somebody has, or its time is over.';
  if (entry.name === 'promise:withdraw' && code === 'wrong_status')
    return 'Not taken back: it was kept or broken meanwhile.';
  if (code === 'bot_off') return 'Not handed back: the bot may not answer at the moment.';
  if (code === 'offer_over')
    return 'The offer is over: it went back to its queue, or to a colleague.';
  return `Not done: ${reason(code)}`;
}

/** Somebody else was quicker: says who has it now, and leaves the decision to the person. */
async function explainConflict(telling: Telling, entry: Entry): Promise<void> {
  await telling.threads.refresh(conversationOf(entry));
  const state = telling.store.getState();
  const holder = state.inbox.rows[conversationOf(entry)]?.assignee ?? null;
  const name = holder === null ? undefined : (teamName(state, holder) ?? 'A colleague');
  const now = holder === myId(state) ? 'You have it now.' : `${name ?? 'Nobody'} has it now.`;
  const wanted = entry.name === 'conversation:assign' ? entry.input.assignee : null;
  const isMove = entry.name === 'conversation:transfer';
  const isHere = state.route.conversation === conversationOf(entry) && holder !== wanted && !isMove;
  telling.notices.say(
    `Not ${isMove ? 'moved' : 'assigned'}: the conversation changed hands meanwhile. ${now}`,
    {
      tone: 'warning',
      action: isHere ? { label: 'Assign anyway', run: () => telling.assign(wanted) } : null,
    },
  );
}

/** The relay refused it for good. A message stays in its thread; of anything else only a sentence is left. */
export function fail(telling: Telling, entry: Entry, code: ErrorCode): void {
  const { store, notices } = telling;
  const warn = (text: string) => notices.say(text, { tone: 'warning' });
  if (entry.name === 'message:send' || entry.name === 'note:add') {
    const { route, inbox } = store.getState();
    const row = inbox.rows[conversationOf(entry)];
    if (route.conversation !== conversationOf(entry))
      warn(`Not sent to ${row ? nameOf(row.contact) : 'a visitor'}: ${reason(code)}`);
    return;
  }
  store.setState(({ outbox }) => ({
    outbox: outbox.filter(({ input }) => input.id !== entry.input.id),
  }));
  if (code === 'epoch_conflict') void explainConflict(telling, entry);
  else warn(sentenceFor(entry, code, store.getState()));
}
