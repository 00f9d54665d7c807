import { z } from 'zod';
import * as f from './fields.ts';
import { view } from './http.ts';

/** What assistants may ask the relay's MCP server; what the descriptions say, a model reads. */
const limit = z.int().min(1).max(100).default(20);
const cursor = f.text(200).describe('`nextCursor` of the page before.').optional();

export const mcpInputs = {
  listConversations: z.strictObject({ view: view.default('all'), cursor, limit }),
  searchConversations: z.strictObject({
    q: f.text(200).min(1).describe('Words of messages, notes, names or addresses.'),
    limit,
  }),
  getConversation: z.strictObject({
    id: f.id,
    before: f.position
      .describe('The `seq` of the oldest event you have: what came before.')
      .optional(),
    limit: limit.describe('How many of its events, the newest of them.'),
  }),
  getContact: z
    .strictObject({
      id: f.id.describe('Of the relay.').optional(),
      externalId: f.name.describe('Of the business itself; with `site`.').optional(),
      site: f.slug.optional(),
    })
    .refine(({ id, externalId, site }) => (id === undefined) === Boolean(externalId && site), {
      error: 'bad_value',
    }),
  listEvents: z.strictObject({
    after: f
      .text(100)
      .describe('`next` of the page before; from the first one where missing.')
      .optional(),
    types: f.eventPatterns.describe('Names, or beginnings of them: `conversation.*`.').optional(),
    conversation: f.id.optional(),
    contact: f.id.optional(),
    site: f.slug.optional(),
    limit,
  }),
};
