import type { ErrorCode } from '@throughline/shared';
import type { Actor, Context } from '@throughline/shared/schema';
import { assembleClient } from './assemble.ts';
import type { MessageActions } from './connection/messages.ts';
import type { OpenSocket } from './connection/socket.ts';
import type { VisitorActions } from './connection/visitor.ts';
import { createEmitter, type Emitter } from './lib/emitter.ts';
import { checkOptions, type WidgetOptions } from './options.ts';
import type { State } from './store/state.ts';

export { type OpenSocket, openSocket } from './connection/socket.ts';
export type { State } from './store/state.ts';

/** What a client tells the page. Names are the events' own, the same everywhere they appear. */
export interface ClientEvents {
  'conversation.started': { conversationId: string };
  'conversation.assigned': { conversationId: string; agent: { id: string; name: string } | null };
  'conversation.resolved': { conversationId: string };
  'conversation.reopened': { conversationId: string };
  'message.created': {
    conversationId: string;
    message: { id: string; text: string; author: Actor['kind']; time: number };
  };
  'unread.changed': { count: number };
  'contact.identified': { externalId?: string; name?: string; email?: string };
  'widget.error': { code: ErrorCode | 'load_failed'; message: string };
}

export interface ClientOptions extends Pick<WidgetOptions, 'site' | 'relay' | 'storage'> {
  /** Where the visitor is, asked at every connect. By default nothing is told about the page. */
  context?(): Context;
  /** A program that is no browser says for which of the site's origins it speaks. */
  origin?: string;
}

/** The chat without a screen: connection, outbox, state and events. */
export interface Client
  extends MessageActions,
    VisitorActions,
    Pick<Emitter<ClientEvents>, 'on' | 'once' | 'off'> {
  /** Connects, and stays connected. */
  start(): void;
  /** Disconnects; what is unsent is kept. */
  stop(): void;
  getState(): State;
  /** Called after every change; hands back its undo. */
  subscribe(listener: (state: State) => void): () => void;
  /** The visitor is on another page now. */
  setContext(context: Context): void;
  /** The page came back: visible, focused, restored, or online again. */
  nudge(): void;
  /** The browser says the network is gone. */
  networkDown(): void;
  /** What is typed and not sent, kept beside the conversation (`new` before there is one). */
  draft(conversationId: string): string;
  setDraft(conversationId: string, text: string): void;
  /** Whether this browser has been here before: there may be something to read. */
  isKnown(): boolean;
}

/**
 * Builds a client. It does nothing until `start` is called.
 * @param open how a socket is opened; a program that is no browser brings its own
 */
export const createClient = (options: ClientOptions, open?: OpenSocket): Client =>
  assembleClient(
    checkOptions(options),
    createEmitter<ClientEvents>((error) => globalThis.reportError?.(error)),
    open,
  );
