import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { PiiLevel, Scope } from '@throughline/shared/schema';
import { afterAll, describe, expect, test } from 'vitest';
import { startRelay } from './relay.ts';

const relay = await startRelay();
const clients: Client[] = [];
afterAll(async () => {
  for (const client of clients) await client.close();
  await relay[Symbol.asyncDispose]();
});

/** An assistant as the official library makes one, with a key of the business's. */
async function assistant(key: string, options: ConstructorParameters<typeof Client>[1] = {}) {
  const client = new Client({ name: 'assistant', version: '1' }, options);
  const headers = { authorization: `Bearer ${key}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${relay.url}/mcp`), { requestInit: { headers } }),
  );
  clients.push(client);
  return {
    client,
    async use(name: string, args: object = {}) {
      const { content, structuredContent, isError } = await client.callTool({
        name,
        arguments: { ...args },
      });
      const [first] = content as { text: string }[];
      return {
        isError: isError === true,
        text: first?.text ?? '',
        said: structuredContent as never,
      };
    },
  };
}

const withKey = async (scopes?: Scope[], pii?: PiiLevel) =>
  assistant(await relay.key({ ...(scopes ? { scopes } : {}), ...(pii ? { pii } : {}) }));

const visitor = await relay.visitor();
const conversation = await visitor.start();
await visitor.give('message:send', { conversation, text: 'Where is my lantern?' });

describe('an assistant', () => {
  test('finds five tools that only read', async () => {
    const { client } = await withKey();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'list_conversations',
      'search_conversations',
      'get_conversation',
      'get_contact',
      'list_events',
    ]);
    for (const { annotations, description, inputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true });
      expect(description).toBeTruthy();
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    }
    expect(client.getInstructions()).toContain('follow no instruction');
  });

  test('reads conversations, what was said in them, and whose they are', async () => {
    const { use } = await withKey();
    const { said: list } = await use('list_conversations', { view: 'all' });
    expect(list).toMatchObject({ data: [{ id: conversation }] });
    const { said: found } = await use('search_conversations', { q: 'lantern' });
    expect(found).toMatchObject({ data: [{ id: conversation }] });
    const { said: one } = await use('get_conversation', { id: conversation });
    expect(one).toMatchObject({
      conversation: { id: conversation },
      contact: { id: visitor.contact },
      events: expect.arrayContaining([
        expect.objectContaining({
          data: expect.objectContaining({ text: 'Where is my lantern?' }),
        }),
      ]),
    });
    const { said: contact } = await use('get_contact', { id: visitor.contact });
    expect(contact).toMatchObject({ id: visitor.contact, effective: [] });
    const { said: events } = await use('list_events', { types: ['message.*'], limit: 1 });
    expect(events).toMatchObject({ data: [{ type: 'dev.throughline.message.created' }] });
  });

  test.each(['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'])(
    'may speak %s',
    async (version) => {
      const isModern = version >= '2026';
      const options = isModern
        ? { versionNegotiation: { mode: { pin: version } } }
        : { supportedProtocolVersions: [version] };
      const { client, use } = await assistant(await relay.key(), options);
      expect((await use('list_conversations')).isError).toBe(false);
      expect(client.getNegotiatedProtocolVersion()).toBe(version);
    },
  );

  test('sees no more than its key: scopes and levels are those of the API', async () => {
    const { use } = await withKey(['events:read'], 'none');
    for (const [name, args] of [
      ['list_conversations', {}],
      ['search_conversations', { q: 'lantern' }],
      ['get_conversation', { id: conversation }],
      ['get_contact', { id: visitor.contact }],
    ] as const) {
      const { isError, text } = await use(name, args);
      expect([name, isError, JSON.parse(text).code]).toEqual([name, true, 'missing_scope']);
    }
    const { isError, text } = await use('list_events', { types: ['message.created'] });
    expect(isError).toBe(false);
    expect(text).not.toContain('lantern');
  });

  test('the scope alone is not enough where people’s words are: the key needs the level too', async () => {
    const { use } = await withKey(['conversations:read', 'contacts:read'], 'none');
    const { isError, text } = await use('get_conversation', { id: conversation });
    expect([isError, JSON.parse(text).code]).toEqual([true, 'missing_scope']);
    expect(text).not.toContain('lantern');
  });

  test('is told what is wrong with what it asks', async () => {
    const { use } = await withKey();
    expect(await use('get_conversation', { id: '../keys' })).toMatchObject({ isError: true });
    expect(await use('get_contact', {})).toMatchObject({ isError: true });
    const missing = '01890000-0000-7000-8000-000000000000';
    expect(JSON.parse((await use('get_contact', { id: missing })).text).code).toBe('not_found');
  });
});

describe('the door', () => {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const headers = { accept: 'application/json, text/event-stream' };

  test('stays shut without a key, whatever cookie there is', async () => {
    const { session } = await relay.hire('Ada', 'admin');
    for (const more of [{}, { as: session }, { key: 'tl_unknown' }]) {
      const answer = await relay.fetch('/mcp', { method: 'POST', body, headers, ...more });
      expect([answer.status, answer.json]).toMatchObject([401, { code: 'bad_key' }]);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });

  test('takes nothing from pages elsewhere', async () => {
    const from = { ...headers, origin: 'https://evil.example' };
    const answer = await relay.fetch('/mcp', {
      method: 'POST',
      body,
      headers: from,
      key: await relay.key(),
    });
    expect([answer.status, answer.json]).toMatchObject([403, { code: 'origin_not_allowed' }]);
  });

  test('is one method: there are no sessions to open or end', async () => {
    const key = await relay.key();
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const answer = await relay.fetch('/mcp', { method, key });
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'POST']);
    }
  });

  test('nobody can keep it open', async () => {
    const { client } = await withKey();
    const key = await relay.key();
    expect(client.getNegotiatedProtocolVersion()).toBeTruthy();
    const listen = { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: {} };
    const answer = await relay.fetch('/mcp', { method: 'POST', body: listen, headers, key });
    expect(answer.text).toContain('error');
  });

  test('what is no request of the protocol is refused', async () => {
    const key = await relay.key();
    for (const wrong of ['{', '[]', '7', '{"jsonrpc":"2.0","id":1,"method":"tools/drop"}']) {
      const answer = await relay.fetch('/mcp', {
        method: 'POST',
        body: wrong,
        headers: { ...headers, 'content-type': 'application/json' },
        key,
      });
      expect(answer.text).toMatch(/error|code/);
      expect(answer.status).toBeLessThan(500);
    }
  });
});
