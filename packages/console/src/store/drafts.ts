import type { Undo } from '@throughline/shared/client';
import type { Connection } from '../connection/index.ts';
import type { Core } from './core.ts';
import { draftKey, type Mode, modeOf, myId } from './state.ts';

export interface Drafts {
  load(): void;
  /** Keeps what is in the composer, and tells the other side that a reply is being written. */
  write(text: string): void;
  setMode(mode: Mode): void;
  /** Puts what a bot suggests into the reply, behind what stands there. */
  use(suggestion: string, text: string): void;
  /** The text is on its way: the field is empty again, and for a reply. */
  take(): void;
  /** Keeps the new text of a message as long as the page is open; null: it is done with. */
  edit(message: string, text: string | null): void;
  /** Keeps what is written on a page; empty: it is done with. */
  keep(page: string, text: string): void;
  /** The composer is left. */
  pause(): void;
  /** Nothing of what was written stays in this browser. */
  forget(): void;
}

/** The relay and every widget forget a typing signal by themselves; it is repeated while it is true. */
const REPEAT_MS = 2000;
const IDLE_MS = 5000;

const prefixOf = (agent: string): string => `draft.${agent}.`;

/** Nothing is left of what a bot suggested. */
function unsource({ store }: Core): void {
  const { route, sources } = store.getState();
  const { [route.conversation ?? '']: _, ...others } = sources;
  store.setState({ sources: others });
}

export function createDrafts(core: Core, line: Pick<Connection, 'signal'>): Drafts {
  const { store, storage } = core;
  const typing = createTyping(core, line);

  function put(key: string, text: string): void {
    const { [key]: _, ...others } = store.getState().drafts;
    store.setState({ drafts: text === '' ? others : { ...others, [key]: text } });
    storage.write(prefixOf(myId(store.getState())) + key, text === '' ? null : text);
  }

  /** Whoever has begun in one mode goes on in it, even when the field is empty again. */
  const keyNow = (): string | undefined => {
    const state = store.getState();
    const { conversation } = state.route;
    if (conversation === null) return undefined;
    const mode = modeOf(state);
    store.setState({ modes: { ...state.modes, [conversation]: mode } });
    return draftKey(conversation, mode);
  };

  function setMode(mode: Mode): void {
    const { conversation } = store.getState().route;
    if (conversation === null) return;
    if (mode === 'note') typing.stop();
    store.setState(({ modes }) => ({ modes: { ...modes, [conversation]: mode } }));
  }

  return {
    load() {
      const prefix = prefixOf(myId(store.getState()));
      const found = storage
        .keys(prefix)
        .map((key): [string, string] => [key.slice(prefix.length), storage.read(key) ?? '']);
      store.setState({ drafts: Object.fromEntries(found) });
    },
    write(text) {
      const key = keyNow();
      if (key === undefined) return;
      put(key, text);
      if (text === '') unsource(core);
      const state = store.getState();
      if (text.trim() !== '' && modeOf(state) === 'reply')
        typing.wrote(state.route.conversation ?? '');
      else typing.stop();
    },
    setMode,
    use(suggestion, text) {
      const { conversation } = store.getState().route;
      if (conversation === null) return;
      setMode('reply');
      const key = draftKey(conversation, 'reply');
      const typed = store.getState().drafts[key]?.trim();
      put(key, typed ? `${typed}\n\n${text}` : text);
      store.setState(({ sources }) => ({ sources: { ...sources, [conversation]: suggestion } }));
    },
    take() {
      typing.stop();
      if (modeOf(store.getState()) === 'reply') unsource(core);
      const key = keyNow();
      if (key === undefined) return;
      put(key, '');
      // What comes next is meant for the visitor, unless one says again that it is not.
      setMode('reply');
    },
    edit(message, text) {
      const { [message]: _, ...others } = store.getState().edits;
      store.setState({ edits: text === null ? others : { ...others, [message]: text } });
    },
    keep: put,
    pause: typing.stop,
    forget() {
      for (const key of storage.keys(prefixOf(myId(store.getState())))) storage.write(key, null);
      store.setState({ drafts: {} });
    },
  };
}

function createTyping({ browser }: Core, line: Pick<Connection, 'signal'>) {
  let conversation: string | null = null;
  let saidAt = 0;
  let stopTimer: Undo = () => {};

  function stop(): void {
    stopTimer();
    if (conversation !== null) line.signal('typing:set', { conversation, on: false });
    conversation = null;
  }

  return {
    stop,
    wrote(where: string): void {
      if (conversation !== null && conversation !== where) stop();
      const now = browser.now();
      if (conversation !== where || now - saidAt >= REPEAT_MS) {
        line.signal('typing:set', { conversation: where, on: true });
        saidAt = now;
      }
      conversation = where;
      stopTimer();
      stopTimer = browser.setTimer(stop, IDLE_MS);
    },
  };
}
