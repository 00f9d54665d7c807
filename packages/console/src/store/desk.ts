import type { Undo } from '@throughline/shared/client';
import type {
  AgentEvent,
  AgentWelcome,
  Ephemeral,
  Heartbeat,
  InboxChange,
} from '@throughline/shared/schema';
import type { StoreApi } from 'zustand/vanilla';
import type { Line } from '../connection/index.ts';
import { type AboutContacts, createAbout } from './about.ts';
import { type Account, createAccount } from './account.ts';
import { type Availability, createAvailability } from './availability.ts';
import { type Board, createBoard } from './board.ts';
import { type Core, createCore, type Parts } from './core.ts';
import { tellDelivered } from './delivered.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { createFiles, type Files } from './files.ts';
import { newInbox } from './inbox.ts';
import { createLists, type Lists } from './lists.ts';
import { createNavigation, type Navigation } from './navigation.ts';
import { createNotices, type Notices } from './notices.ts';
import { watchOffers } from './offers.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';
import { createPreferences, type Preferences } from './preferences.ts';
import { applyEphemeral, forgetPeople, setTyping } from './presence.ts';
import { createReading, type Reading } from './reading.ts';
import { createRelayAccess, type Relay } from './relay.ts';
import { openRow, type State } from './state.ts';
import { createTeam, type Team } from './team.ts';
import { createThreads, type Threads } from './threads.ts';

/** Everything a screen can ask for; what it shows comes from the store. */
export interface Desk {
  store: StoreApi<State>;
  account: Account;
  relay: Relay;
  lists: Lists;
  threads: Threads;
  about: AboutContacts;
  reading: Reading;
  outgoing: Outgoing;
  drafts: Drafts;
  files: Files;
  go: Navigation;
  notices: Notices;
  availability: Availability;
  board: Board;
  team: Team;
  preferences: Preferences;
  /** Begins; the result ends everything that was begun. */
  start(): Undo;
}

/** A visitor who went away while writing says no more about it. */
const TYPING_MS = 8000;

function createTypingMemory({ store, browser }: Core) {
  const timers = new Map<string, Undo>();
  return (message: Ephemeral) => {
    store.setState(({ presence }) => ({ presence: applyEphemeral(presence, message) }));
    if (message.kind !== 'typing' || !message.on) return;
    const { conversation } = message;
    const forget = () => {
      timers.delete(conversation);
      store.setState(({ presence }) => ({ presence: setTyping(presence, conversation, false) }));
    };
    timers.get(conversation)?.();
    timers.set(conversation, browser.setTimer(forget, TYPING_MS));
  };
}

/** The one place where messages of the relay enter. */
function createReceiver(core: Core, desk: () => Desk): (name: string, payload: unknown) => void {
  const ephemeral = createTypingMemory(core);
  function learnt(contacts: readonly string[]): void {
    const row = openRow(core.store.getState());
    if (row && contacts.includes(row.contact.id)) void desk().threads.refresh(row.id);
    desk().about.learnt(contacts);
  }
  const table: Record<string, (payload: never) => void> = {
    event: (event: AgentEvent) => desk().threads.event(event),
    inbox: (change: InboxChange) => {
      desk().lists.take(change);
      if (change.contacts) learnt(change.contacts);
    },
    heartbeat: (heads: Heartbeat) => desk().threads.heads(heads),
    ephemeral,
  };
  return (name, payload) => table[name]?.(payload as never);
}

function createLine(core: Core, desk: () => Desk): Line {
  const { store } = core;
  let epoch = '';
  const csrf = () => {
    const { session } = store.getState();
    return session.phase === 'signed-in' ? session.csrf : '';
  };
  return core.connect(csrf, {
    welcome(welcome) {
      const { epoch: theirs } = welcome as AgentWelcome;
      // Another log: rows of the old one would win over those of the new by their higher numbers.
      if (epoch !== '' && epoch !== theirs) store.setState({ inbox: newInbox() });
      epoch = theirs;
    },
    async sync() {
      const { lists, threads } = desk();
      const answers = await Promise.all([lists.reload(), threads.sync()]);
      return answers.every(Boolean);
    },
    message: createReceiver(core, desk),
    status(status, problem) {
      store.setState({ link: { status, code: problem?.code ?? null } });
      const { outgoing, account } = desk();
      if (status === 'online') outgoing.drain();
      else {
        outgoing.pause();
        store.setState(({ presence }) => ({ presence: forgetPeople(presence) }));
      }
      if (status === 'refused') void account.refused(problem);
    },
  });
}

function createHooks(core: Core, line: Line, desk: () => Desk) {
  let close: Undo = () => {};
  return {
    say: (...args: Parameters<Notices['say']>) => desk().notices.say(...args),
    forget() {
      desk().outgoing.forget();
      desk().drafts.forget();
      desk().files.forget();
    },
    arrived() {
      const { outgoing, drafts, go, team } = desk();
      outgoing.load();
      drafts.load();
      void team.reload();
      void go.arrive();
      const still = tellDelivered(core, line);
      const end = line.open();
      close = () => {
        end();
        still();
      };
    },
    left() {
      close();
      desk().threads.follow(null);
    },
  };
}

/** Builds every part once, from the network up. */
export function createDesk(parts: Parts): Desk {
  const core = createCore(parts);
  const get = () => desk;
  const line = createLine(core, get);
  const notices = createNotices(core);
  const hooks = createHooks(core, line, get);
  const threads = createThreads(core, line);
  const drafts = createDrafts(core, line);
  const open = (id: string) => desk.go.open(id);
  const outgoing = createOutgoing(core, line, { notices, threads, open });
  const lists = createLists(core, (news) => notices.tell(news, open));
  watchOffers(core, (offers) => notices.offer(offers, open));
  const desk: Desk = {
    store: core.store,
    account: createAccount(core, hooks),
    relay: createRelayAccess(core, (problem) => desk.account.refused(problem)),
    lists,
    threads,
    about: createAbout(core),
    reading: createReading(core, line),
    outgoing,
    drafts,
    files: createFiles(core, line, outgoing),
    go: createNavigation(core, { lists, threads, drafts }),
    notices,
    availability: createAvailability(core, notices, outgoing.setStatus),
    board: createBoard(core, (id) => void threads.refresh(id)),
    team: createTeam(core),
    preferences: createPreferences(core, notices),
    start() {
      const unwatch = core.browser.watch({
        focused: (isFocused) => core.store.setState({ isFocused }),
        widened: (isWide) => core.store.setState({ isWide, areDetailsOpen: isWide }),
        popped: (route) => desk.go.popped(route),
        kept: () => desk.preferences.load(),
      });
      return () => {
        unwatch();
        hooks.left();
      };
    },
  };
  return desk;
}
