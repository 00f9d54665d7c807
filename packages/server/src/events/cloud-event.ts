import {
  type Actor,
  type CloudEvent,
  isTombstone,
  type PiiLevel,
  TYPE_PREFIX,
  withhold,
} from '@throughline/shared/schema';
import type { LogRecord } from '../store/store.ts';

/** CloudEvents' auth context (its extension of that name) in our kinds of actors. */
const authTypes: Record<Actor['kind'], CloudEvent['authtype']> = {
  visitor: 'unauthenticated',
  agent: 'user',
  bot: 'service_account',
  system: 'system',
};

/** The thing it is about, as a path of the API. */
function subjectOf({ conversation, contact, site }: LogRecord): string {
  if (conversation) return `conversations/${conversation}`;
  if (contact) return `contacts/${contact}`;
  return site ? `sites/${site}` : 'relay';
}

/** As long as Standard Webhooks wants a delivery to be at most. */
const SENT_BYTES = 20 * 1024;

interface Outward {
  /** Who says so: the relay's public address. */
  source: string;
  pii: PiiLevel;
}

/**
 * A record of the log as everybody outside gets it: the same at every exit and at every replay, because
 * nothing in it comes from anywhere but the record.
 */
export function toCloudEvent(record: LogRecord, { source, pii }: Outward): CloudEvent {
  const { id, type, time, actor, cause, site, contact, conversation, seq } = record;
  const data = {
    ...(conversation ? { conversation: { id: conversation, seq } } : {}),
    ...(contact ? { contact: { id: contact } } : {}),
    actor,
    ...(isTombstone(record.data) ? { redacted: true } : record.data),
  };
  return {
    specversion: '1.0',
    id,
    source,
    type: `${TYPE_PREFIX}${type}`,
    subject: subjectOf(record),
    time: new Date(time).toISOString(),
    datacontenttype: 'application/json',
    dataschema: `${source}/v1/event-types/${type}`,
    partitionkey: conversation ?? contact ?? site ?? 'relay',
    sequence: String(record.offset).padStart(20, '0'),
    ...(cause ? { causationid: cause.id } : {}),
    authtype: authTypes[actor.kind],
    authid: actor.id,
    ...(site ? { siteid: site } : {}),
    livemode: type !== 'test.event',
    data: withhold(type, data, pii),
  } as CloudEvent;
}

/**
 * The same where it is sent rather than fetched: of what is too long for that only ids are left, and where
 * the whole of it is. No `dataref`, which CloudEvents keeps for a place that holds the very same data.
 */
export function toSend(record: LogRecord, outward: Outward): CloudEvent {
  const event = toCloudEvent(record, outward);
  if (Buffer.byteLength(JSON.stringify(event)) <= SENT_BYTES) return event;
  const { conversation, contact, actor } = event.data;
  const whole = `${outward.source}/v1/events?after=${record.offset - 1}&limit=1`;
  const data = withhold(record.type, { conversation, contact, actor, whole }, 'none');
  return { ...event, data } as CloudEvent;
}
