import { randomUUIDv7 } from 'node:crypto';
import { type Actor, type CloudEvent, catalogue, type EventType } from '@throughline/shared/schema';
import { toCloudEvent } from '../events/cloud-event.ts';
import type { LogRecord } from '../store/store.ts';

const conversation = '01a20265-659a-7639-9e25-654f78442af9';
const contact = '01a20265-658c-7a1e-8d53-90b2c4f0e6d7';
const visitor: Actor = { kind: 'visitor', id: contact };
const agent: Actor = { kind: 'agent', id: '01a20265-6592-7058-b145-8c6880871a10', name: 'Ada' };
const relay: Actor = { kind: 'system', id: 'relay' };

/** What an event of this entity belongs to, and who causes it. */
function around(type: EventType): Pick<LogRecord, 'site' | 'contact' | 'conversation' | 'actor'> {
  const [entity = ''] = type.split('.');
  if (['contact', 'event', 'facts'].includes(entity))
    return { site: 'shop', contact, conversation: null, actor: visitor };
  if (!['conversation', 'message', 'note'].includes(entity))
    return { site: null, contact: null, conversation: null, actor: relay };
  const actor = entity === 'message' || type === 'conversation.started' ? visitor : agent;
  return { site: 'shop', contact, conversation, actor };
}

interface ExampleOptions {
  source: string;
  /** The catalogue's example where there is none. */
  data?: object | undefined;
}

/** An event as it would come, which nobody caused: only its id and time are new. */
export function exampleEvent(type: EventType, { source, data }: ExampleOptions): CloudEvent {
  const record = {
    offset: 1,
    id: randomUUIDv7(),
    type,
    seq: 1,
    pub: 1,
    time: Date.now(),
    cause: null,
    ...around(type),
    data: data ?? catalogue[type].example,
  } as LogRecord;
  return { ...toCloudEvent(record, { source, pii: 'content' }), livemode: false };
}
