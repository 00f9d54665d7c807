import type { ClientEvents } from './events.ts';
import type { Hooks } from './hooks.ts';
import type { Emitter } from './lib/emitter.ts';
import type { Scalar, User, WidgetOptions } from './options.ts';

export interface WidgetEvents extends ClientEvents {
  /** The button is there and every method works; the panel may not be loaded yet. */
  ready: Record<never, never>;
}

export interface WidgetState {
  open: boolean;
  status: string;
  unread: number;
  contact: string | null;
  conversations: { id: string; status: 'open' | 'resolved'; unread: number }[];
}

/** A message as `loadMessages` hands it out. */
export interface LoadedMessage {
  id: string;
  /** The visitor's own. */
  mine: boolean;
  text: string;
  /** Milliseconds since 1970. */
  time: number;
}

/** What a page says of a conversation. */
export interface Described {
  /** Facts of it, each for itself; `null` takes one back. */
  attributes?: Record<string, Scalar>;
  /** What it is about, and which flow the page would like: the attributes of these names, for rules to read. */
  topic?: string;
  flow?: string;
  /** Of the tags the site leaves to its pages. */
  addTags?: string[];
  removeTags?: string[];
}

/** What can be opened by its id or its name. */
type TargetKind = 'conversation' | 'article' | 'form' | 'survey';

/**
 * Where to: a conversation; an article, a form or a survey of the site; all conversations; or wherever
 * something is going on. As one word, `article:shipping`, it fits an attribute.
 */
export type Target =
  | { [K in TargetKind]?: { [N in K]: string } }[TargetKind]
  | 'list'
  | `${TargetKind}:${string}`
  | '';

/**
 * What a page can do with its widget. Everything works at once: what needs the panel waits for it, and
 * what concerns the visitor waits until somebody opens the chat. No method throws: a mistake is told as
 * `widget.error`, with the code `call_failed`.
 */
export interface Widget extends Pick<Emitter<WidgetEvents>, 'on' | 'once' | 'off'> {
  /** Resolves once every method works. */
  ready(): Promise<void>;
  /** Lets the page look at, change or stop messages and events on their way; hands back its undo. */
  use(hooks: Hooks): () => void;
  /** Changes look, words, place and consent. */
  update(options: Partial<Omit<WidgetOptions, 'site' | 'relay'>>): void;
  /** Opens the panel, and leads to what is named. */
  open(target?: Target): void;
  close(): void;
  toggle(): void;
  /** Opens the chat in a window of its own, where it goes on, and closes the panel. Call it on a click. */
  popout(): void;
  showLauncher(): void;
  hideLauncher(): void;
  /** BCP 47; as `update({ language })`. */
  setLocale(language: string): void;
  setTheme(theme: NonNullable<WidgetOptions['theme']>): void;
  /** What the visitor has agreed to. `denied` removes what was kept and goes on in memory. */
  setConsent(consent: NonNullable<WidgetOptions['consent']>): void;
  identify(user: User): void;
  setAttributes(attributes: Record<string, Scalar>): void;
  /** As `setAttributes`, about the conversation that is open, or else the next one. */
  setConversation(said: Described): void;
  track(name: string, properties?: Record<string, Scalar>): void;
  /** Something worth counting was reached: `track` of a `goal.reached`. */
  goal(name: string, worth?: { value?: number; currency?: string }): void;
  /** The visitor sees another page now. A new address is noticed without it. */
  page(seen?: { url?: string; title?: string }): void;
  /** Opens a conversation not begun yet, with words to start from; the rest is as `setConversation` says it. */
  newConversation(start?: { draft?: string } & Described): void;
  /**
   * Sends a message for the visitor; without a conversation, in a new one. `ongoing`: in the one that goes on,
   * if there is one.
   */
  sendMessage(text: string, to?: { conversationId?: string; ongoing?: boolean }): void;
  /** Loads one more page of a conversation, backwards; all that is loaded, oldest first. */
  loadMessages(from: { conversation: string }): Promise<LoadedMessage[] | undefined>;
  /** Forgets this visitor in this browser, in all its tabs. */
  logout(): void;
  getState(): WidgetState;
  /** The relay's id of this visitor; none before it has been asked. */
  getVisitorId(): string | null | undefined;
  /** Removes everything: nodes, listeners, timers, socket. */
  destroy(): void;
}

/** A call by name, as the script tag's `Throughline` takes it. */
export type Call = [command: string, ...args: unknown[]];
export type Run = (...call: Call) => unknown;
