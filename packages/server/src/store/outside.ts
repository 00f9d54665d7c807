import type { Draft, LogRecord, Tx } from './store.ts';

type Outside = Pick<Draft, 'id' | 'type' | 'time' | 'actor' | 'data'> &
  Partial<Pick<Draft, 'site' | 'contact' | 'cause'>>;

const NOWHERE = {
  site: null,
  contact: null,
  conversation: null,
  seq: null,
  pub: null,
  cause: null,
};

/** Appends a record that belongs to no conversation. */
export const appendOutside = (tx: Tx, draft: Outside): LogRecord | Promise<LogRecord> =>
  tx.events.append({ ...NOWHERE, ...draft } as Draft);
