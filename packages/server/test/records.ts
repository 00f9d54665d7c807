import { uuidv7 } from '@throughline/shared';
import type { LogRecord } from '../src/events/log.ts';
import type { Draft } from '../src/store/store.ts';

/** A piece of a log: a message in each of these conversations, in this order. */
export const recordsOf = (conversations: string[]): LogRecord[] =>
  conversations.map((conversation, i) => ({
    offset: i + 1,
    id: uuidv7(),
    type: 'message.created',
    site: 'shop',
    contact: 'visitor',
    conversation,
    seq: i + 1,
    pub: i + 1,
    time: 0,
    actor: { kind: 'visitor', id: 'visitor' },
    cause: null,
    data: { text: 'hello' },
  }));

/** Of no conversation, by nobody in particular. */
export const eventOf = (name = 'x'): Draft<'event.tracked'> => ({
  id: uuidv7(),
  type: 'event.tracked',
  site: null,
  contact: null,
  conversation: null,
  seq: null,
  pub: null,
  time: 1,
  actor: { kind: 'system', id: 'test' },
  cause: null,
  data: { name, properties: {} },
});
