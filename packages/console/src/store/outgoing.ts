import { uuidv7 } from '@throughline/shared';
import {
  createSender,
  type Entry,
  enqueue,
  type Outbox,
  remove,
  retry,
  type Sender,
} from '@throughline/shared/client';
import type { Block } from '@throughline/shared/schema';
import type { Connection } from '../connection/index.ts';
import type { Core } from './core.ts';
import type { Notices } from './notices.ts';
import type { Offered } from './offers.ts';
import { keepOutbox, loadOutbox } from './outbox.ts';
import { confirm, fail, type Telling } from './outcome.ts';
import { myId, openRow, type Seen, type State } from './state.ts';
import type { Suggestion } from './suggestion.ts';
import type { Threads } from './threads.ts';

/** What the agent asks of the relay, about the conversation in the route. */
export interface Outgoing extends Pick<Sender, 'drain' | 'pause'> {
  /** Takes over what was left unsent in this browser. */
  load(): void;
  send(text: string, block?: Block): void;
  /** What a bot suggests, as it is. */
  sendSuggestion(suggestion: Suggestion): void;
  /** It does not leave by itself any more. */
  hold(suggestion: string): void;
  dismiss(suggestion: string): void;
  /** Says yes or no to what a bot wants to do. */
  decide(approval: string, outcome: 'approved' | 'rejected'): void;
  /** Takes back what the visitor has promised. */
  withdraw(promise: string): void;
  /** Gives the conversation to a bot, with what is wanted of it. */
  handBack(bot: string, goal: string): void;
  /** Into whichever conversation: files may have taken longer than the agent stayed. */
  sendFiles(conversation: string, files: string[], text: string): void;
  note(text: string): void;
  edit(message: string, text: string): void;
  remove(message: string): void;
  retry(id: string): void;
  discard(id: string): void;
  /** Null: to nobody. Of the conversation in the route, unless another one was seen elsewhere. */
  assign(agent: string | null, seen?: Seen): void;
  /** To a queue, away from whoever has it, with a note for whoever takes it. */
  move(queue: string, more?: { note?: string; seen?: Seen }): void;
  resolve(): void;
  reopen(): void;
  snooze(until: number): void;
  tag(tags: string[]): void;
  /** Takes what is offered to oneself, in whichever conversation. */
  accept(offered: Offered): void;
  decline(offered: Offered): void;
  /** Whether one takes new conversations. */
  setStatus(status: 'available' | 'away'): void;
  /** Nothing of what was written stays in this browser. */
  forget(): void;
}

interface Ground extends Core {
  notices: Notices;
  sender: Sender;
}

type Name = Entry['name'];
type Asked<N extends Name> = Omit<Extract<Entry, { name: N }>['input'], 'id' | 'conversation'>;

const OFFLINE = 'Not done: there is no connection. Try again once it is back.';

const change = ({ store }: Core, apply: (outbox: Outbox) => Outbox): void =>
  store.setState(({ outbox }) => ({ outbox: apply(outbox) }));

function put<N extends Name>(ground: Ground, name: N, input: object): void {
  const at = ground.browser.now();
  const entry = { name, input: { id: uuidv7(), ...input }, at, state: 'queued' };
  change(ground, (outbox) => enqueue(outbox, entry as Entry));
  ground.sender.drain();
}

/** Writes something into the conversation in the route; it is kept until the relay has it. */
function write<N extends Name>(ground: Ground, name: N, asked: Asked<N>): void {
  const { conversation } = ground.store.getState().route;
  if (conversation !== null) put(ground, name, { conversation, ...asked });
}

/** Without a connection one is told, rather than surprised later. */
function now(ground: Ground, run: () => void): void {
  if (ground.store.getState().link.status === 'online') run();
  else ground.notices.say(OFFLINE, { tone: 'warning' });
}

/** Changes the conversation in the route. */
const act = <N extends Name>(ground: Ground, name: N, asked: Asked<N>): void =>
  now(ground, () => write(ground, name, asked));

/** A second press of the same button asks for nothing new. */
const isAnswered = ({ store }: Ground, offer: string): boolean =>
  store.getState().outbox.some(({ input }) => 'offer' in input && input.offer === offer);

function answer(ground: Ground, name: 'offer:accept' | 'offer:decline', offered: Offered): void {
  const { id: conversation, offer } = offered;
  if (!isAnswered(ground, offer.id))
    now(ground, () => put(ground, name, { conversation, offer: offer.id }));
}

/** The suggestion the reply in the composer was begun with. */
function sourceOf({ route, sources }: State): { suggestion?: string } {
  const suggestion = sources[route.conversation ?? ''];
  return suggestion === undefined ? {} : { suggestion };
}

type Passing = 'conversation:assign' | 'conversation:unassign' | 'conversation:transfer';

/** Into other hands: the conversation in the route, or one that was seen elsewhere. */
function pass<N extends Passing>(
  ground: Ground,
  name: N,
  {
    seen = openRow(ground.store.getState()),
    ...asked
  }: { seen?: Seen | undefined } & Omit<Asked<N>, 'expectedEpoch'>,
): void {
  if (!seen) return;
  const input = { conversation: seen.id, ...asked, expectedEpoch: seen.epoch };
  now(ground, () => put(ground, name, input));
}

const assign = (ground: Ground, assignee: string | null, seen?: Seen): void =>
  assignee === null
    ? pass(ground, 'conversation:unassign', { seen })
    : pass(ground, 'conversation:assign', { assignee, seen });

function createGround(
  core: Core,
  line: Pick<Connection, 'request'>,
  { notices, threads, open }: Pick<Telling, 'notices' | 'threads' | 'open'>,
): Ground {
  const { store, browser } = core;
  const telling: Telling = {
    ...core,
    notices,
    threads,
    open,
    reopen: (conversation) => put(ground, 'conversation:reopen', { conversation }),
    assign: (agent) => assign(ground, agent),
  };
  const sender = createSender({
    read: () => store.getState().outbox,
    write: (outbox) => store.setState({ outbox }),
    request: (name, input) => line.request(name, input),
    setTimer: browser.setTimer,
    onConfirmed: (entry, receipt) => confirm(telling, entry, receipt),
    onFailed: (entry, code) => fail(telling, entry, code),
  });
  const ground: Ground = { ...core, notices, sender };
  return ground;
}

/** Everything goes out in order, under an id of its own, and is visible until it is done. */
export function createOutgoing(
  core: Core,
  line: Pick<Connection, 'request'>,
  rest: { notices: Notices; threads: Threads; open(conversation: string): void },
): Outgoing {
  const { store, storage } = core;
  const ground = createGround(core, line, rest);
  const { sender } = ground;
  store.subscribe((now, before) => {
    // Whoever signs out or is signed out leaves an empty outbox behind, and keeps what is stored.
    if (now.outbox !== before.outbox && now.session === before.session)
      keepOutbox(storage, myId(now), { now: now.outbox, before: before.outbox });
  });
  return {
    drain: sender.drain,
    pause: sender.pause,
    load: () => store.setState({ outbox: loadOutbox(storage, myId(store.getState())) }),
    send: (text, block) =>
      write(ground, 'message:send', {
        text,
        ...(block && { block }),
        ...sourceOf(store.getState()),
      }),
    sendSuggestion: ({ id: suggestion, text, block }) =>
      now(ground, () =>
        write(ground, 'message:send', { text, ...(block && { block }), suggestion }),
      ),
    hold: (suggestion) => act(ground, 'suggestion:hold', { suggestion }),
    dismiss: (suggestion) => act(ground, 'suggestion:dismiss', { suggestion }),
    decide: (approval, outcome) => act(ground, 'approval:decide', { approval, outcome }),
    withdraw: (promise) => act(ground, 'promise:withdraw', { promise }),
    handBack: (bot, goal) => act(ground, 'conversation:hand_back', { bot, goal }),
    sendFiles: (conversation, files, text) =>
      put(ground, 'message:send', {
        ...{ conversation, text },
        ...(files.length > 0 && { files }),
      }),
    note: (text) => write(ground, 'note:add', { text }),
    edit: (message, text) => write(ground, 'message:edit', { message, text }),
    remove: (message) => act(ground, 'message:delete', { message }),
    retry(id) {
      change(core, (outbox) => retry(outbox, id));
      sender.drain();
    },
    discard: (id) => change(core, (outbox) => remove(outbox, id)),
    assign: (agent, seen) => assign(ground, agent, seen),
    move: (queue, { note, seen } = {}) =>
      pass(ground, 'conversation:transfer', { queue, seen, ...(note && { note }) }),
    resolve: () => act(ground, 'conversation:resolve', {}),
    reopen: () => act(ground, 'conversation:reopen', {}),
    snooze: (until) => act(ground, 'conversation:snooze', { until }),
    tag: (tags) => act(ground, 'conversation:tag', { tags }),
    accept: (offered) => answer(ground, 'offer:accept', offered),
    decline: (offered) => answer(ground, 'offer:decline', offered),
    setStatus: (status) => now(ground, () => put(ground, 'status:set', { status })),
    forget: () => change(core, () => []),
  };
}
