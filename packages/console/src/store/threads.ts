import {
  cursorOf,
  noticeHead,
  receive,
  reconnect,
  type Step,
  takePage,
  type Undo,
} from '@throughline/shared/client';
import type { AgentEvent, AgentPage, Heartbeat } from '@throughline/shared/schema';
import type { Connection } from '../connection/index.ts';
import type { Core } from './core.ts';
import { addRows } from './inbox.ts';
import { setTyping } from './presence.ts';
import { evolveRow } from './row.ts';
import {
  applyStep,
  hasOlder,
  isVisitorsMessage,
  newThread,
  positionOf,
  putThread,
  rest,
  type Thread,
  takeHistory,
} from './thread.ts';

export interface Threads {
  /** Follows this conversation from now on, and no other. */
  follow(id: string | null): void;
  /** Asks for what the followed conversation missed; false when there was no answer. */
  sync(): Promise<boolean>;
  event(event: AgentEvent): void;
  heads(heartbeat: Heartbeat): void;
  older(): void;
  /** The newest page could not be had; try again. */
  retry(): void;
  /** Reads row and contact again; false when there was no answer. */
  refresh(id: string): Promise<boolean>;
}

interface Ground extends Core {
  line: Pick<Connection, 'request'>;
  followed: string | null;
  switchedAt: number;
  stopTimer: Undo;
}

/** Leafing through the list asks the relay for what one stays with, not for all one passes. */
const SETTLE_MS = 150;
const AGAIN_MS = 1000;

const get = ({ store }: Core, id: string): Thread | undefined => store.getState().threads[id];

const put = ({ store }: Core, id: string, thread: Thread): void =>
  store.setState(({ threads }) => ({ threads: { ...threads, [id]: thread } }));

function commit(ground: Ground, id: string, step: Step<AgentEvent>): void {
  const thread = get(ground, id);
  if (!thread) return;
  put(ground, id, applyStep(thread, step));
  const { inbox, presence } = ground.store.getState();
  const row = inbox.rows[id];
  const after = row && step.apply.reduce(evolveRow, row);
  if (after && after !== row) ground.store.setState({ inbox: addRows(inbox, [after]) });
  if (step.apply.some(({ type }) => type === 'conversation.facts_recorded'))
    void refresh(ground, id);
  if (step.apply.some(isVisitorsMessage))
    ground.store.setState({ presence: setTyping(presence, id, false) });
}

const pause = ({ browser }: Core): Promise<void> =>
  new Promise((done) => browser.setTimer(done, AGAIN_MS));

/** Asks for pages until the end marker; false when there was no answer. */
async function catchUp(ground: Ground, id: string): Promise<boolean> {
  for (;;) {
    const thread = get(ground, id);
    if (!thread || ground.followed !== id) return true;
    const input = { conversation: id, cursor: cursorOf(thread.stream) };
    const ack = await ground.line.request<AgentPage>('conversation:resume', input);
    const now = get(ground, id);
    if (!now) return true;
    if (!ack) return false;
    if (!ack.ok) {
      put(ground, id, { ...now, phase: 'failed', code: ack.error.code });
      return !ack.error.retryable;
    }
    const step = takePage(now.stream, ack.data, positionOf);
    commit(ground, id, step);
    if (!step.ask) return true;
    // Nothing came and something is missing: the relay's reader lags behind its own live events.
    if (step.apply.length === 0) await pause(ground);
  }
}

/** Remembers where the unread part began, once, before reading moves it. */
function markNew(ground: Ground, id: string): void {
  const thread = get(ground, id);
  const row = ground.store.getState().inbox.rows[id];
  if (thread && row && thread.readBefore === undefined)
    put(ground, id, { ...thread, readBefore: row.unread ? row.agentRead : null });
}

async function refresh(ground: Ground, id: string): Promise<boolean> {
  const { store, api } = ground;
  const answer = await api.detail(id);
  if (!answer?.ok) return answer !== undefined;
  const { conversation, contact, facts: said } = answer.data;
  store.setState(({ inbox, contacts, facts }) => ({
    inbox: addRows(inbox, [conversation]),
    contacts: { ...contacts, [contact.id]: contact },
    facts: { ...facts, [id]: said },
  }));
  markNew(ground, id);
  return true;
}

function begin(ground: Ground, id: string): void {
  void catchUp(ground, id);
  void refresh(ground, id);
}

function leave(ground: Ground, id: string): void {
  const thread = get(ground, id);
  if (thread) put(ground, id, rest(thread));
  void ground.line.request('conversation:leave', { conversation: id });
}

function follow(ground: Ground, id: string | null): void {
  const { store, browser } = ground;
  if (id === ground.followed) return;
  if (ground.followed) leave(ground, ground.followed);
  ground.followed = id;
  ground.stopTimer();
  if (id === null) return;
  const thread = get(ground, id) ?? newThread();
  store.setState(({ threads }) => ({ threads: putThread(threads, id, thread) }));
  markNew(ground, id);
  const now = browser.now();
  const isLeafing = now - ground.switchedAt < 2 * SETTLE_MS;
  ground.switchedAt = now;
  if (isLeafing) ground.stopTimer = browser.setTimer(() => begin(ground, id), SETTLE_MS);
  else begin(ground, id);
}

async function sync(ground: Ground): Promise<boolean> {
  const { followed } = ground;
  const thread = followed === null ? undefined : get(ground, followed);
  if (followed === null || !thread) return true;
  commit(ground, followed, reconnect(thread.stream));
  const answers = await Promise.all([catchUp(ground, followed), refresh(ground, followed)]);
  return answers.every(Boolean);
}

/** Applies what a live step says of the followed conversation, and asks when there is a hole. */
function advance(
  ground: Ground,
  id: string,
  step: (thread: Thread) => Step<AgentEvent> | undefined,
): void {
  const thread = ground.followed === id ? get(ground, id) : undefined;
  const next = thread && step(thread);
  if (!next) return;
  commit(ground, id, next);
  if (next.ask) void catchUp(ground, id);
}

function older(ground: Ground): void {
  const id = ground.followed;
  const thread = id === null ? undefined : get(ground, id);
  const first = thread?.events[0];
  if (id === null || !thread || !first) return;
  if (!hasOlder(thread) || thread.older === 'loading') return;
  put(ground, id, { ...thread, older: 'loading' });
  void ground.api.history(id, first.seq).then((answer) => {
    const now = get(ground, id);
    if (!now) return;
    put(ground, id, answer?.ok ? takeHistory(now, answer.data) : { ...now, older: 'failed' });
  });
}

function retry(ground: Ground): void {
  const { followed } = ground;
  const thread = followed === null ? undefined : get(ground, followed);
  if (followed === null || !thread) return;
  put(ground, followed, { ...thread, phase: 'loading', code: null });
  begin(ground, followed);
}

/** Keeps the conversation on screen complete: cursor, live events, heartbeats, history. */
export function createThreads(core: Core, line: Ground['line']): Threads {
  const ground: Ground = { ...core, line, followed: null, switchedAt: 0, stopTimer: () => {} };
  return {
    follow: (id) => follow(ground, id),
    sync: () => sync(ground),
    event: (event) =>
      advance(ground, event.conversation, ({ stream }) => receive(stream, event, event.seq)),
    heads({ heads }) {
      for (const [id, head] of Object.entries(heads))
        advance(ground, id, ({ stream }) => noticeHead(stream, head));
    },
    older: () => older(ground),
    retry: () => retry(ground),
    refresh: (id) => refresh(ground, id),
  };
}
