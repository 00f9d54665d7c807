import type { Actor, EventData, EventType } from '@throughline/shared/schema';
import { appendOutside } from '../store/outside.ts';
import type { Contact, Draft, LogRecord, Tx } from '../store/store.ts';

/** Under which id somebody does something, and because of what. */
export interface Stamp {
  id: string;
  actor: Actor;
  cause: Draft['cause'];
}

export type Said = { [T in EventType]: { type: T; data: EventData<T> } }[EventType];

/** Writes down what was said about a contact. */
export const append = (
  tx: Tx,
  stamp: Stamp & { time: number },
  { contact, said }: { contact: Contact; said: Said },
): LogRecord | Promise<LogRecord> =>
  appendOutside(tx, { ...stamp, ...said, site: contact.site, contact: contact.id });
