import type { Site } from '@throughline/shared/schema';
import { SITE } from '../seed/stories.ts';
import { ADMIN, type Stage } from './stage.ts';

/** A program of the business, with a key of its own. */
export interface Program {
  /** The conversation these are the last words of. */
  conversationOf(words: string): Promise<string>;
  /** Writes to the visitor; the message's id. */
  say(conversation: string, message: { text: string; block?: object }): Promise<string>;
  report(conversation: string, payment: { message: string; status: string }): Promise<void>;
  /** What the events of a type in a conversation say. */
  data(conversation: string, type: string): Promise<unknown[]>;
  /** What is known of its contact, by name. */
  factsIn(conversation: string): Promise<Record<string, unknown>>;
}

type Ask = (method: 'POST' | 'PUT' | 'GET', path: string, body?: object) => Promise<Response>;

/** The API as an administrator's console asks it; the last answer's tag goes with a change. */
async function signInto(base: string): Promise<Ask> {
  let headers: Record<string, string> = { 'content-type': 'application/json', origin: base };
  const ask: Ask = async (method, path, body) => {
    const answer = await fetch(`${base}/v1/${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const etag = answer.headers.get('etag');
    if (etag) headers = { ...headers, 'if-match': etag };
    return answer;
  };
  const session = await ask('POST', 'session', ADMIN);
  const { csrf } = (await session.json()) as { csrf: string };
  const cookie = session.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  headers = { ...headers, cookie, 'x-csrf-token': csrf };
  return ask;
}

/** Publishes the demo's site with these settings changed. */
export async function configureSite({ base }: Stage, change: object): Promise<void> {
  const ask = await signInto(base);
  const read = await ask('GET', `sites/${SITE}/settings`);
  const { key: _, identity: __, context: ___, ...settings } = (await read.json()) as Site;
  await ask('PUT', `sites/${SITE}/settings`, { ...settings, ...change });
}

/** Publishes who gets which conversation. */
export async function publishRouting({ base }: Stage, routing: object): Promise<void> {
  const ask = await signInto(base);
  await ask('GET', 'blueprint/routing');
  await ask('PUT', 'blueprint/routing', { routing });
}

async function newKey(base: string): Promise<string> {
  const ask = await signInto(base);
  const scopes = ['conversations:read', 'conversations:write', 'contacts:read'];
  const made = await ask('POST', 'keys', { name: 'Helper', scopes, pii: 'content' });
  return ((await made.json()) as { secret: string }).secret;
}

export async function openProgram({ base }: Stage): Promise<Program> {
  const key = await newKey(base);
  async function ask<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`${base}/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  return {
    async conversationOf(words) {
      const { data } = await ask<{ data: { id: string; lastMessage: { text: string } | null }[] }>(
        '/conversations',
      );
      const id = data.find(({ lastMessage }) => lastMessage?.text === words)?.id;
      if (!id) throw new Error(`unable to find the conversation with "${words}"`);
      return id;
    },
    say: async (conversation, message) =>
      (await ask<{ id: string }>(`/conversations/${conversation}/messages`, message)).id,
    async report(conversation, payment) {
      await ask(`/conversations/${conversation}/payments`, payment);
    },
    async data(conversation, type) {
      const { events } = await ask<{ events: { type: string; data: unknown }[] }>(
        `/conversations/${conversation}/events`,
      );
      return events.filter((event) => event.type === type).map(({ data }) => data);
    },
    async factsIn(conversation) {
      const { contact } = await ask<{ contact: { facts: { name: string; value: unknown }[] } }>(
        `/conversations/${conversation}`,
      );
      return Object.fromEntries(contact.facts.map(({ name, value }) => [name, value]));
    },
  };
}

/** Publishes what answers first. */
export async function publishFlows({ base }: Pick<Stage, 'base'>, flows: object[]): Promise<void> {
  const ask = await signInto(base);
  await ask('GET', 'blueprint/flows');
  await ask('PUT', 'blueprint/flows', { flows });
}

/** Presses a button of the shop's billing. */
export const openBilling =
  (billing: string) =>
  async (action: 'overdue' | 'paid', number: string): Promise<void> => {
    const answer = await fetch(new URL(`/actions/${action}`, billing), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ number }),
    });
    if (!answer.ok) throw new Error(`${action} ${number}: ${answer.status}`);
  };
