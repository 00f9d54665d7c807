import { z } from 'zod';
import { field } from './define.ts';

/** What every event outward is wrapped in: CloudEvents 1.0 as JSON, with the extensions we use. */
export const envelope = z.object({
  specversion: field(z.literal('1.0'), 'of CloudEvents'),
  id: field(z.string(), 'unique for ever, the same over every retry and at every exit'),
  source: field(z.string(), 'the relay, by the address people reach it at'),
  type: field(z.string(), '`dev.throughline.` and the name of the event'),
  subject: field(z.string(), 'what it is about, as a path of the API'),
  time: field(z.iso.datetime(), 'when it was written down'),
  datacontenttype: field(z.literal('application/json'), 'of `data`'),
  dataschema: field(z.string(), 'where the JSON Schema of `data` is'),
  partitionkey: field(
    z.string(),
    'what keeps its order: the conversation, else the contact, else the site',
  ),
  sequence: field(
    z.string().regex(/^\d{20}$/),
    'place in the whole log, zero-padded: ordered, with gaps for what was filtered out',
  ),
  causationid: field(z.string().optional(), 'id of the event a program reacted to'),
  authtype: field(
    z.enum(['unauthenticated', 'user', 'service_account', 'system']),
    'what kind of somebody caused it: a visitor, an agent, a program, the relay',
  ),
  authid: field(z.string(), 'who'),
  siteid: field(z.string().optional(), 'key of the site'),
  livemode: field(z.boolean(), 'false: a test'),
});
