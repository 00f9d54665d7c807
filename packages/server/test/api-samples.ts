import { uuidv7 } from '@throughline/shared';
import { isWebhookSecret, signWebhook } from '@throughline/shared/webhooks';
import { createConversations } from '../src/conversations/commands.ts';
import type { NewSession } from '../src/settings/sessions.ts';
import type { Receiver } from './receiver.ts';
import { type Answer, type Fetch, type TestRelay, until } from './relay.ts';

const password = 'correct horse battery';

/** A request that an operation answers well. */
export interface Sample {
  body?: unknown;
  headers?: Record<string, string> | undefined;
  /** Who asks, unless it is the administrator. */
  as?: NewSession;
  params?: Record<string, string>;
  query?: string;
}

/** The operations of the API as its document lists them; `Doc` is what is read of each. */
export async function operationsOf<Doc>(relay: TestRelay) {
  const api = (await relay.fetch('/v1/openapi.json')).json as {
    paths: Record<string, Record<string, Doc>>;
  };
  return Object.entries(api.paths).flatMap(([path, some]) =>
    Object.entries(some).map(([method, it]) => ({ ...it, path, method: method.toUpperCase() })),
  );
}

const invoice = {
  site: 'shop',
  contact: '/customer',
  event: { name: '/type', properties: { number: '/number' } },
  facts: [],
};

const settings = {
  name: 'Shop',
  origins: ['https://shop.example'],
  reply: { withinMs: 600_000 },
  greetings: [{ id: 'help', when: { url: '/pricing*' }, text: 'Can we help?' }],
};

/** Something of each kind, new for every request: what is changed by one is not what the next one meets. */
export function createSamples(relay: TestRelay, admin: NewSession, receiver: Receiver) {
  const { url } = receiver;
  const ask = async <T>(path: string, more: Fetch = {}): Promise<T> => {
    const answer: Answer = await relay.fetch(path, { as: admin, ...more });
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.text}`);
    return answer.json as T;
  };
  const etag = async (path: string) => ({
    'if-match': String((await relay.fetch(path, { as: admin })).headers.etag),
  });

  const conversation = async () => {
    const visitor = await relay.visitor();
    const id = await visitor.start();
    visitor.close();
    return { id };
  };
  const contact = async () => {
    const body = { site: 'shop', externalId: uuidv7(), name: 'Grace' };
    return ask<{ id: string }>('/v1/contacts', { method: 'PUT', body });
  };
  const tool = () => ({ id: `tool-${uuidv7().slice(-12)}`, url });
  const key = () =>
    ask<{ id: string }>('/v1/keys', {
      method: 'POST',
      body: { name: 'CRM', scopes: ['events:read'] },
    });
  const endpoint = () => ask<{ id: string }>('/v1/endpoints', { method: 'POST', body: { url } });
  async function delivery() {
    const { id } = await endpoint();
    for (;;) {
      const { data } = await ask<{ data: { offset: number }[] }>(`/v1/endpoints/${id}/deliveries`);
      if (data[0]) return { id, offset: String(data[0].offset) };
      await new Promise((done) => setTimeout(done, 10));
    }
  }
  async function routedConversation() {
    const routing = await routed();
    await ask('/v1/blueprint/routing', {
      method: 'PUT',
      headers: await etag('/v1/blueprint/routing'),
      body: { routing },
    });
    for (;;) {
      const { queues } = await ask<{ queues: { id: string }[] }>('/v1/routing/board');
      if (queues.some(({ id }) => id === 'general')) return conversation();
      await new Promise((done) => setTimeout(done, 10));
    }
  }
  async function source() {
    const id = `s-${uuidv7().slice(-12)}`;
    const made = await ask<{ secret: string }>(`/v1/sources/${id}`, {
      method: 'PUT',
      body: invoice,
    });
    return { id, secret: made.secret };
  }
  async function site(): Promise<Sample> {
    const key = `site-${uuidv7().slice(-12)}`;
    const like = relay.sites.get('shop');
    if (!like) throw new Error('there is no site to make another one like');
    await relay.sites.put({ ...like, key }, 'test');
    return { params: { key } };
  }
  async function call(): Promise<Sample> {
    const { id, secret } = await source();
    const body = JSON.stringify({ customer: 'C-1', type: 'paid', number: 'F-1' });
    const timestamp = Math.floor(Date.now() / 1000);
    return {
      params: { id },
      body,
      headers: {
        'content-type': 'application/json',
        ...signWebhook([secret], { id: uuidv7(), timestamp, body }),
      },
    };
  }
  const link = async () => {
    const email = `${uuidv7()}@example.com`;
    return (await relay.agents.invite({ email, name: 'Ada', role: 'agent' })).token;
  };
  const colleague = async () => (await relay.hire('Bo')).agent;
  async function account() {
    const token = await link();
    const { agent } = await ask<{ agent: { email: string } }>('/v1/setup', {
      method: 'POST',
      body: { token, name: 'Ada', password },
    });
    return { email: agent.email, password };
  }

  const document = Buffer.from('%PDF-1.7 an invoice');
  const claim = { name: 'invoice.pdf', size: document.length, type: 'application/pdf' };
  async function begunFile(): Promise<Sample & { params: { id: string } }> {
    const path = `/v1/conversations/${(await conversation()).id}/files`;
    const { id, ticket } = await ask<{ id: string; ticket: string }>(path, {
      method: 'POST',
      body: claim,
    });
    const headers = { 'throughline-ticket': ticket, 'content-type': 'application/octet-stream' };
    return { params: { id }, body: document, headers };
  }
  async function file() {
    const { params, headers = {} } = await begunFile();
    await ask(`/v1/files/${params.id}`, { method: 'PUT', body: document, headers });
    return params;
  }
  async function fetchedFile(): Promise<Sample> {
    const { id } = await file();
    const { url: at } = await ask<{ url: string }>(`/v1/files/${id}/link`);
    return { params: { id }, query: at.split('?')[1] ?? '' };
  }

  /** About a new one of its kind. */
  const on =
    (
      make: () => Promise<{ id: string }>,
      body?: object,
      headers?: (id: string) => Promise<Record<string, string>>,
    ) =>
    async (): Promise<Sample> => {
      const { id } = await make();
      return { params: { id }, body, headers: await headers?.(id) };
    };
  const shop = { params: { key: 'shop' } };
  const identity = { algorithm: 'HS256' };
  const contactTag = (id: string) => etag(`/v1/contacts/${id}`);
  const endpointTag = (id: string) => etag(`/v1/endpoints/${id}`);
  const text = { text: 'Hello' };

  const article = { params: { collection: 'help', id: 'returns' } };

  const flow = {
    ...{ id: 'greeting', name: 'Lina', first: 'person' },
    steps: { person: { kind: 'route' } },
  };

  const bot = { id: 'parcels', name: 'Parcels', kind: 'http', url: 'https://bots.example/turns' };

  /** Nobody is answered by a bot: what ends by itself would be news in the middle of another test. */
  async function silence(): Promise<void> {
    for (const { id, bot: run } of await relay.store.read.conversations.active('', 1000))
      if (run?.outcome === null) await ask(`/v1/conversations/${id}/resolve`, { method: 'POST' });
  }
  /** It is published, and may answer. */
  async function answering(more: object = {}): Promise<string> {
    await silence();
    const path = '/v1/blueprint/bots';
    const body = { bots: [{ ...bot, ...more }] };
    await ask(path, { method: 'PUT', body, headers: await etag(path) });
    for (const which of ['switch', `${bot.id}/switch`])
      await ask(`/v1/bots/${which}`, { method: 'PUT', body: { on: true } });
    return bot.id;
  }
  /** It takes its turns, and answers none of them while anybody here waits. */
  async function thinking(more: object = {}): Promise<string> {
    const id = await answering({ url, deadlineMs: 120_000, ...more });
    const secrets = await relay.store.read.secrets.of(`bot:${id}`);
    if (!secrets.some(({ secret }) => isWebhookSecret(secret)))
      await ask(`/v1/bots/${id}/rotate`, { method: 'POST' });
    receiver.answers(202);
    return id;
  }
  /** A turn its bot took without answering it. */
  async function turn(): Promise<Sample> {
    // A flow would begin before it.
    const headers = await etag('/v1/blueprint/flows');
    await ask('/v1/blueprint/flows', { method: 'PUT', body: { flows: [] }, headers });
    await thinking({ start: { when: 'page.path == "/bot"' } });
    const page = { url: 'https://shop.example/bot', title: 'Bot' };
    const visitor = await relay.visitor();
    const conversation = uuidv7();
    await visitor.give('conversation:start', { conversation, context: { page } });
    await visitor.give('message:send', { conversation, text: 'Hello' });
    const asked = await until(() =>
      receiver.received.find(
        (it) => it.headers['throughline-reply-token'] && it.body.includes(conversation),
      ),
    );
    visitor.close();
    const authorization = `Bearer ${asked.headers['throughline-reply-token']}`;
    return {
      params: { id: (JSON.parse(asked.body) as { id: string }).id },
      body: { acts: [{ do: 'say', text: 'Hello' }] },
      headers: { authorization },
    };
  }

  async function routed() {
    const email = `${uuidv7()}@example.com`;
    await relay.agents.invite({ email, name: 'Ada', role: 'agent' });
    return {
      agents: [{ email, teams: ['everybody'] }],
      teams: [{ id: 'everybody', name: 'Everybody' }],
      queues: [{ id: 'general', name: 'General', rings: [{ afterMs: 0, teams: ['everybody'] }] }],
      route: { queue: 'general', routes: [{ when: 'contact.known', base: 60 }] },
    };
  }

  const samples: Record<string, () => Promise<Sample> | Sample> = {
    getRouting: () => ({}),
    putRouting: async () => ({
      headers: await etag('/v1/blueprint/routing'),
      body: { routing: await routed() },
    }),
    checkRouting: async () => ({ body: { routing: await routed() } }),
    rehearseRouting: async () => ({ body: { routing: await routed() } }),
    tryRouting: async () => ({
      body: { view: { contact: { known: true } }, routing: await routed() },
    }),
    getFlows: () => ({}),
    putFlows: async () => ({ headers: await etag('/v1/blueprint/flows'), body: { flows: [flow] } }),
    getBots: () => ({}),
    putBots: async () => {
      await silence();
      return { headers: await etag('/v1/blueprint/bots'), body: { bots: [bot] } };
    },
    listBots: () => ({}),
    switchBots: async () => {
      await silence();
      return { body: { on: false } };
    },
    switchBot: async () => ({ params: { id: await answering() }, body: { on: false } }),
    rotateBotSecret: async () => ({ params: { id: await answering() } }),
    keepBotSecret: async () => ({
      params: { id: await answering({ shape: 'rasa' }) },
      body: { secret: 'a-token' },
    }),
    replyToTurn: turn,
    listBlueprintVersions: () => ({ query: 'limit=2' }),
    restoreRouting: () => ({ params: { version: '1' } }),
    getSite: () => shop,
    listSites: () => ({}),
    getSiteSettings: () => shop,
    putSiteSettings: async () => ({
      ...shop,
      headers: await etag('/v1/sites/shop/settings'),
      body: settings,
    }),
    putSiteIdentity: () => ({ ...shop, body: identity }),
    rotateSiteIdentity: site,
    removeSiteIdentity: () => shop,
    putSiteContext: () => ({ ...shop, body: { url } }),
    rotateSiteContext: site,
    removeSiteContext: () => shop,
    signIn: async () => ({ body: await account() }),
    getSession: () => ({}),
    signOut: async () => ({ as: (await relay.hire('Bo', 'admin')).session }),
    checkLink: async () => ({ body: { token: await link() } }),
    redeemLink: async () => ({ body: { token: await link(), name: 'Ada', password } }),
    signOutEverywhere: async () => ({ as: (await relay.hire('Bo', 'admin')).session }),
    listAccounts: () => ({}),
    setAccess: on(colleague, { disabled: true }),
    setRole: on(colleague, { role: 'admin' }),
    endSessions: on(colleague),
    listConversations: () => ({ query: 'view=all&limit=5' }),
    getConversation: on(conversation),
    listConversationEvents: on(conversation),
    listAgents: () => ({}),
    getRoutingBoard: () => ({}),
    getJourneys: () => ({}),
    getTools: () => ({}),
    putTools: async () => ({
      headers: await etag('/v1/blueprint/tools'),
      body: { tools: [tool()] },
    }),
    rotateToolSecret: async () => {
      const one = tool();
      const headers = await etag('/v1/blueprint/tools');
      await ask('/v1/blueprint/tools', { method: 'PUT', headers, body: { tools: [one] } });
      return { params: { id: one.id } };
    },
    startConversation: async () => ({ body: { contact: (await contact()).id, ...text } }),
    sendMessage: on(conversation, text),
    reportPayment: async () => {
      const { id } = await conversation();
      const block = { kind: 'payment', amount: 100, currency: 'EUR', url };
      const asked = await ask<{ id: string }>(`/v1/conversations/${id}/messages`, {
        method: 'POST',
        body: { text: 'Please', block },
      });
      return { params: { id }, body: { message: asked.id, status: 'paid' } };
    },
    addNote: on(conversation, text),
    beginFile: on(conversation, claim),
    putFile: begunFile,
    getFile: fetchedFile,
    getFileLink: on(file),
    recordConversationFacts: on(conversation, { facts: [{ name: 'order', value: 'A-17' }] }),
    setTags: on(conversation, { tags: ['vip'] }),
    setAssignee: on(conversation, { assignee: admin.agent.id, expectedEpoch: 0 }),
    handBack: async () => ({
      params: { id: (await conversation()).id },
      body: { bot: await thinking(), goal: 'find a date' },
    }),
    withdrawPromise: async () => {
      const { id } = await conversation();
      const { run } = createConversations(relay.store, Date.now);
      const promise = uuidv7();
      const who = { kind: 'bot', id: 'flow:bill', name: 'Accounts' } as const;
      const dueAt = Date.now() + 3_600_000;
      await run(who, 'promise:make', {
        ...{ id: promise, conversation: id, expectedEpoch: 0, what: 'payment', dueAt },
      });
      return { params: { id }, body: { promise } };
    },
    setQueue: on(routedConversation, { queue: 'general', expectedEpoch: 0 }),
    resolveConversation: on(conversation),
    reopenConversation: on(async () => {
      const it = await conversation();
      await ask(`/v1/conversations/${it.id}/resolve`, { method: 'POST' });
      return it;
    }),
    snoozeConversation: on(conversation, { until: Date.now() + 3_600_000 }),
    findContact: () => ({ query: 'site=shop&externalId=nobody' }),
    putContact: () => ({ body: { site: 'shop', externalId: uuidv7() } }),
    getContact: on(contact),
    getContactCard: on(contact),
    changeContact: on(contact, { name: 'Ada' }, contactTag),
    exportContact: on(contact),
    recordFacts: on(contact, { facts: [{ name: 'plan', value: 'pro' }] }),
    trackEvent: on(contact, { name: 'paid', properties: { items: 2 } }),
    mergeContact: async () => ({
      params: { id: (await contact()).id },
      body: { into: (await contact()).id },
    }),
    blockContact: on(contact),
    unblockContact: on(async () => {
      const it = await contact();
      await ask(`/v1/contacts/${it.id}/block`, { method: 'POST' });
      return it;
    }),
    eraseContact: on(contact),
    listTimeline: on(contact),
    listEventTypes: () => ({}),
    getEventType: () => ({ params: { type: 'message.created' } }),
    listEvents: () => ({ query: 'limit=500' }),
    exportEvents: () => ({}),
    streamEvents: () => ({}),
    listSources: () => ({}),
    putSource: () => ({ params: { id: `s-${uuidv7().slice(-12)}` }, body: invoice }),
    removeSource: on(source),
    rotateSourceSecret: on(source),
    receiveCall: call,
    putArticle: () => ({ ...article, body: { text: '# Returns\n\n30 days.' } }),
    removeArticle: async () => {
      const body = { text: 'Returns take 30 days.' };
      await ask('/v1/knowledge/help/returns', { method: 'PUT', body });
      return article;
    },
    listKeys: () => ({}),
    createKey: () => ({ body: { name: 'CRM', scopes: ['events:read'] } }),
    rotateKey: on(key),
    revokeKey: on(key),
    listEndpoints: () => ({}),
    createEndpoint: () => ({ body: { url } }),
    getEndpoint: on(endpoint),
    changeEndpoint: on(endpoint, { description: 'x' }, endpointTag),
    removeEndpoint: on(endpoint, undefined, endpointTag),
    pingEndpoint: on(endpoint),
    rotateEndpointSecret: on(endpoint),
    enableEndpoint: on(endpoint),
    listDeliveries: on(endpoint),
    getDelivery: async () => ({ params: await delivery() }),
    replayEvents: on(endpoint, { since: 0 }),
    getDescription: () => ({}),
  };
  return samples;
}
