import { mcpInputs, type Schema, type Valid } from '@throughline/shared/schema';

/** What an assistant may ask for: requests of the API, read under the key that came with the question. */
export interface Tool {
  name: string;
  about: string;
  input: Schema;
  /** What it reads; the answers are laid over each other. */
  reads(args: unknown): string[];
}

const tool = <S extends Schema>(
  name: string,
  { about, input, reads }: { about: string; input: S; reads(args: Valid<S>): string[] },
): Tool => ({ name, about, input, reads: reads as Tool['reads'] });

type Value = string | number | string[] | undefined;

function query(path: string, values: Record<string, Value>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

export const tools: Tool[] = [
  tool('list_conversations', {
    about: 'Conversations, the last active first.',
    input: mcpInputs.listConversations,
    reads: (args) => [query('/v1/conversations', args)],
  }),
  tool('search_conversations', {
    about: 'Conversations that hold some words.',
    input: mcpInputs.searchConversations,
    reads: (args) => [query('/v1/conversations', args)],
  }),
  tool('get_conversation', {
    about: 'Where a conversation stands, whose it is, and what happened in it.',
    input: mcpInputs.getConversation,
    reads: ({ id, ...page }) => [
      `/v1/conversations/${id}`,
      query(`/v1/conversations/${id}/events`, page),
    ],
  }),
  tool('get_contact', {
    about: 'A contact with all that is said of it, by `id`, or by `site` and `externalId`.',
    input: mcpInputs.getContact,
    reads: ({ id, ...named }) => [
      id === undefined ? query('/v1/contacts', named) : `/v1/contacts/${id}`,
    ],
  }),
  tool('list_events', {
    about: 'What happened, in the order it happened; as much of it as the key may see.',
    input: mcpInputs.listEvents,
    reads: (args) => [query('/v1/events', args)],
  }),
];
