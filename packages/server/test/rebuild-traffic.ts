import { uuidv7 } from '@throughline/shared';
import type { Ack, CommandName, ConversationDetail, Receipt } from '@throughline/shared/schema';
import type { Random } from '../../../bench/referee/random.ts';
import type { Mortal } from './rebuild-relay.ts';
import { connect, ORIGIN, type Peer, SITE, sleep } from './relay.ts';

/** What everybody in the storm knows together. */
export interface Stage {
  relay: Mortal;
  conversations: string[];
  /** Those who became part of somebody are taken out. */
  contacts: string[];
  /** Ids of events the relay said yes to. */
  promised: Set<string>;
  /** Ids of events shown on sockets. */
  shown: Set<string>;
  isOver: boolean;
}

export const createStage = (relay: Mortal): Stage => ({
  relay,
  conversations: [],
  contacts: [],
  promised: new Set(),
  shown: new Set(),
  isOver: false,
});

interface Command {
  name: CommandName | 'conversation:resume';
  input: Record<string, unknown>;
}

interface Line {
  /** Repeats a command under its id, over new connections, until it is answered. */
  give(command: Command): Promise<Ack<Receipt>>;
  close(): void;
}

const CONNECT_MS = 3000;

function keepLine(open: () => Promise<Peer>, { promised, shown }: Stage): Line {
  let peer: Peer | undefined;

  async function connected(): Promise<Peer> {
    for (;;) {
      if (peer && peer.closed() === undefined) return peer;
      // A relay killed amid the handshake never answers it.
      peer = await Promise.race([open(), sleep(CONNECT_MS)])
        .then((it) => it ?? undefined)
        .catch(() => undefined);
      peer?.socket.on('event', ({ id }: { id: string }) => shown.add(id));
      if (!peer) await sleep(30);
    }
  }

  return {
    async give({ name, input }) {
      for (;;) {
        const it = await connected();
        const ack = await it.ask<Receipt>(name, input).catch(() => undefined);
        if (!ack) it.close();
        if (ack?.ok && 'seq' in ack.data) {
          const { id, conversation, seq, pub } = ack.data;
          // Without any number nothing had to change.
          if (conversation === null || seq !== null || pub !== null) promised.add(id);
        }
        if (ack && (ack.ok || !ack.error.retryable)) return ack;
        await sleep(20);
      }
    },
    close: () => peer?.close(),
  };
}

/** Somebody who does one random thing after another until the storm is over. */
async function live(
  { line, stage, random }: { line: Line; stage: Stage; random: Random },
  next: () => Promise<Command | undefined>,
): Promise<void> {
  while (!stage.isOver) {
    const command = await next();
    if (command) {
      await line.give(command);
      if (random.chance(0.1)) await line.give(command);
    }
    if (random.chance(0.01)) line.close();
    await sleep(random.between(20, 100));
  }
  line.close();
}

interface Own {
  conversation: string;
  messages: string[];
}

/** A choice among what can be done to one’s own messages. */
function writing(random: Random, { conversation, messages }: Own): Command {
  const message = random.pick(messages);
  const id = uuidv7();
  const amends = messages.length > 2;
  if (amends && random.chance(0.2))
    return { name: 'message:edit', input: { id, conversation, message, text: `edited ${id}` } };
  if (amends && random.chance(0.2))
    return { name: 'message:delete', input: { id, conversation, message } };
  messages.push(id);
  return { name: 'message:send', input: { id, conversation, text: `text ${id} 🙂 \u2028` } };
}

function aboutOneself(random: Random): Command {
  const id = uuidv7();
  const n = random.between(1, 9);
  return random.pick<Command>([
    { name: 'contact:identify', input: { id, name: `Visitor ${n}`, email: `v${n}@example.com` } },
    { name: 'contact:identify', input: { id, externalId: `claimed ${n}` } },
    { name: 'contact:update', input: { id, attributes: { seats: n, plan: n > 5 ? 'pro' : null } } },
    { name: 'event:track', input: { id, name: 'cart', properties: { items: n } } },
  ]);
}

export async function visit(stage: Stage, random: Random): Promise<void> {
  const own: Own[] = [];
  let token: string | undefined;
  let contact = '';
  const open = async () => {
    const auth = { protocol: 1, site: SITE, ...(token ? { token } : {}) };
    const about = { namespace: '/visitor' as const, auth, headers: { origin: ORIGIN } };
    const peer = await connect(stage.relay.url, about);
    const [welcome] = peer.all<{ token?: string; contact: string }>('welcome');
    token = welcome?.token ?? token;
    contact = welcome?.contact ?? contact;
    return peer;
  };
  const line = keepLine(open, stage);
  const begin = async (): Promise<undefined> => {
    const conversation = uuidv7();
    const page = { url: 'https://shop.example/cart', title: 'Cart' };
    const input = { id: uuidv7(), conversation, context: { page } };
    const ack = await line.give({ name: 'conversation:start', input });
    if (!ack.ok) return;
    own.push({ conversation, messages: [] });
    stage.conversations.push(conversation);
    if (!stage.contacts.includes(contact)) stage.contacts.push(contact);
  };
  const next = async (): Promise<Command | undefined> => {
    if (own.length === 0 || (own.length < 3 && random.chance(0.03))) return begin();
    const mine = random.pick(own);
    if (random.chance(0.2)) return aboutOneself(random);
    if (random.chance(0.1)) {
      const { conversation } = mine;
      return {
        name: 'message:read',
        input: { id: uuidv7(), conversation, upTo: random.between(1, 9) },
      };
    }
    return writing(random, mine);
  };
  await live({ line, stage, random }, next);
}

type Handling = (conversation: string, random: Random) => Command;

const handlings: Handling[] = [
  (conversation) => ({ name: 'note:add', input: { conversation, text: 'a note' } }),
  (conversation, random) => ({
    name: 'conversation:tag',
    input: { conversation, tags: [random.pick(['vip', 'late', 'ulm'])] },
  }),
  (conversation, random) => ({
    name: 'conversation:snooze',
    input: { conversation, until: Date.now() + random.between(300, 1500) },
  }),
  (conversation) => ({ name: 'conversation:resolve', input: { conversation } }),
  (conversation) => ({ name: 'conversation:reopen', input: { conversation } }),
  (conversation, random) => ({
    name: 'message:read',
    input: { conversation, upTo: random.between(1, 20) },
  }),
];

export async function serve(stage: Stage, random: Random, seat: number): Promise<void> {
  const { relay } = stage;
  const session = relay.sessions[seat];
  const agents = relay.sessions.map(({ session: { agent } }) => agent);
  const own = new Map<string, string[]>();
  const line = keepLine(
    () =>
      connect(relay.url, {
        namespace: '/agent',
        auth: { protocol: 1, csrf: session?.session.csrf },
        headers: { origin: relay.url, cookie: `throughline=${session?.token}` },
      }),
    stage,
  );
  const assign = async (conversation: string): Promise<Command> => {
    const found = (await relay.insist(`/conversations/${conversation}`)).json as ConversationDetail;
    const about = { id: uuidv7(), conversation, expectedEpoch: found.conversation.epoch };
    return random.chance(0.3)
      ? { name: 'conversation:unassign', input: about }
      : { name: 'conversation:assign', input: { ...about, assignee: random.pick(agents) } };
  };
  const next = async (): Promise<Command | undefined> => {
    if (stage.conversations.length === 0) return undefined;
    const conversation = random.pick(stage.conversations);
    const messages = own.get(conversation) ?? [];
    own.set(conversation, messages);
    if (messages.length === 0)
      await line.give({
        name: 'conversation:resume',
        input: { conversation, cursor: null },
      });
    if (random.chance(0.1)) return assign(conversation);
    if (random.chance(0.5)) return writing(random, { conversation, messages });
    const { name, input } = random.pick(handlings)(conversation, random);
    return { name, input: { id: uuidv7(), ...input } };
  };
  await live({ line, stage, random }, next);
}

/** A program of the business: what it asks for has a name, under which it is asked for again. */
export async function program(stage: Stage, random: Random): Promise<void> {
  const { relay, contacts } = stage;
  const ask = (path: string, body: object, method = 'POST') => {
    const headers = { 'idempotency-key': uuidv7() };
    return relay.insist(path, { method, body, headers });
  };
  const meet = async () => {
    const n = random.between(1, 12);
    const body = { site: SITE, externalId: `C-${n}`, name: `Customer ${random.between(1, 3)}` };
    const { id } = (await ask('/contacts', body, 'PUT')).json as { id: string };
    if (!contacts.includes(id)) contacts.push(id);
  };
  const say = async (contact: string) => {
    const facts = [{ name: 'plan', value: `plan ${random.between(1, 3)}` }];
    await ask(`/contacts/${contact}/facts`, { facts });
    await ask(`/contacts/${contact}/events`, { name: 'order.shipped', properties: { n: 1 } });
  };
  const begin = async (contact: string) => {
    const body = { contact, text: 'Your parcel is on its way.' };
    const { conversation } = (await ask('/conversations', body)).json as { conversation: string };
    stage.conversations.push(conversation);
  };
  const merge = async (from: string) => {
    const into = random.pick(contacts.filter((id) => id !== from));
    contacts.splice(contacts.indexOf(from), 1);
    const { status } = await ask(`/contacts/${from}/merge`, { into });
    if (status !== 200) throw new Error(`a merge was answered ${status}`);
  };
  while (!stage.isOver) {
    const contact = random.pick(contacts);
    if (contacts.length < 4 || random.chance(0.3)) await meet();
    else if (random.chance(0.4)) await say(contact);
    else if (random.chance(0.2) && stage.conversations.length < 20) await begin(contact);
    else if (random.chance(0.2)) await merge(contact);
    await sleep(random.between(20, 120));
  }
}
