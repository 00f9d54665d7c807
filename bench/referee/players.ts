import type { Entry } from '@throughline/shared/client';
import type { AgentPage, VisitorPage } from '@throughline/shared/schema';
import {
  type Client,
  createClient,
  type OpenSocket,
  openSocket,
  type State,
} from '@throughline/widget/client';
import { createAgent, type HeadlessAgent } from './agent.ts';
import type { History } from './history.ts';
import type { Random } from './random.ts';

/** Somebody who writes, watches, loses the network and reloads. */
export interface Player {
  /** Does one random thing. */
  act(random: Random): void;
  nudge(): void;
  cut(): void;
  /** Leaves for good, and somebody new comes: what was under way stays open. */
  vanish(): void;
  /** Nothing unsent, connected, and every conversation known as far as `heads` says. */
  isCaughtUp(heads: ReadonlyMap<string, number>): boolean;
  /** For a witness: what is still open. */
  describe(): unknown;
  /** Writes down what the screen shows at the end. */
  finish(): Promise<void>;
  stop(): void;
}

export interface Stage {
  history: History;
  relay: string;
  /** Every conversation begun so far. */
  conversations: Set<string>;
}

const text = (proc: string, n: number): string => `${proc}/${n}`;

const numberOf = (cursor: string | null): number | null =>
  cursor === null ? null : Number(cursor.slice(cursor.lastIndexOf('.') + 1));

const pageEntry = <E>(
  proc: string,
  cursor: string | null,
  { page, position }: { page: VisitorPage | AgentPage; position: (event: E) => number },
) => ({
  f: 'resume' as const,
  proc,
  conv: page.conversation,
  cursor: numberOf(cursor),
  state: page.state,
  reason: page.reason,
  got: (page.events as E[]).map(position),
  end: page.end,
  head: page.head,
});

interface Wire {
  open: OpenSocket;
  cut(): void;
}

/** The widget's own socket, with a tap on it and an axe beside it. */
function watchWire(proc: () => string, { history }: Stage): Wire {
  let lost = () => {};
  return {
    cut: () => lost(),
    open(options, handlers) {
      lost = handlers.lost;
      const link = openSocket(options, handlers);
      return {
        ...link,
        async request(name, payload, timeoutMs) {
          const ack = await link.request(name, payload, timeoutMs);
          const input = payload as { id: string; conversation: string; cursor: string | null };
          if (name === 'conversation:resume' && ack.ok) {
            const page = ack.data as VisitorPage;
            history.add(
              pageEntry(proc(), input.cursor, {
                page,
                position: ({ pub }: { pub: number }) => pub,
              }),
            );
          }
          if (name !== 'message:send') return ack;
          const settled = {
            f: 'send' as const,
            proc: proc().split('#')[0] ?? '',
            conv: input.conversation,
            key: input.id,
          };
          if (ack.ok)
            history.add({ ...settled, type: 'ok', at: (ack.data as { pub: number }).pub });
          else if (!ack.error.retryable) history.add({ ...settled, type: 'fail' });
          return ack;
        },
      };
    },
  };
}

/** Tells each message that appears on a screen, in the order in which it appears. */
function watchScreen(client: Client, proc: string, { history }: Stage): void {
  const seen = new Set<string>();
  client.subscribe((state) => {
    for (const conversation of Object.values(state.conversations))
      for (const item of conversation.items) {
        if (item.kind !== 'message' || seen.has(item.id)) continue;
        seen.add(item.id);
        history.add({
          f: 'deliver',
          proc,
          conv: conversation.id,
          key: item.id,
          at: item.pub,
          text: item.text,
        });
      }
  });
}

export function createVisitor(name: string, site: string, stage: Stage): Player {
  let life = 1;
  let n = 0;
  const proc = () => `${name}#${life}`;
  const wire = watchWire(proc, stage);
  let mine: string[] = [];

  const born = (): Client => {
    const options = { relay: stage.relay, site, origin: 'https://storm.example' };
    const client = createClient(options, wire.open);
    if (life === 1) watchScreen(client, proc(), stage);
    for (const id of mine) client.follow(id);
    client.start();
    return client;
  };
  let client = born();

  const write = (random: Random) => {
    n += 1;
    const isNew = mine.length === 0 || (mine.length < 3 && random.chance(0.02));
    const to = isNew ? {} : { conversationId: random.pick(mine) };
    const words = text(name, n);
    const { conversationId: conv, messageId: key } = client.sendMessage(words, to);
    stage.history.add({ f: 'send', type: 'invoke', proc: name, conv, key, text: words });
    if (isNew) mine.push(conv);
    stage.conversations.add(conv);
  };

  const reload = () => {
    client.stop();
    stage.history.add({ f: 'close', proc: proc() });
    life += 1;
    client = born();
  };
  const vanish = () => {
    client.stop();
    client.logout();
    mine = [];
    reload();
  };

  const unsent = () => client.getState().outbox.length;
  return {
    act(random) {
      if (unsent() < 6) write(random);
      if (random.chance(0.004)) wire.cut();
      if (random.chance(0.0015)) reload();
    },
    nudge: () => client.nudge(),
    cut: wire.cut,
    vanish,
    describe: () => {
      const { status, outbox, conversations } = client.getState();
      const streams = mine.map((id) => ({ id, ...conversations[id]?.stream }));
      return { proc: proc(), status, outbox, streams };
    },
    isCaughtUp: (heads) =>
      unsent() === 0 && mine.every((id) => isWhole(client.getState(), id, heads.get(id) ?? 0)),
    finish: async () => {
      // The first life told everything as it came; a later one began in the middle.
      if (life > 1) for (const id of mine) await tellAll(client, { proc: proc(), id }, stage);
    },
    stop: () => client.stop(),
  };
}

/** Scrolls up to the first message, then tells the screen from top to bottom. */
async function tellAll(
  client: Client,
  { proc, id }: { proc: string; id: string },
  { history }: Stage,
): Promise<void> {
  while ((client.getState().conversations[id]?.low ?? 1) > 1) await client.loadOlder(id);
  for (const item of client.getState().conversations[id]?.items ?? [])
    if (item.kind === 'message')
      history.add({ f: 'deliver', proc, conv: id, key: item.id, at: item.pub, text: item.text });
}

const isWhole = (state: State, id: string, head: number): boolean => {
  const stream = state.conversations[id]?.stream;
  return state.status === 'online' && stream?.phase === 'live' && stream.head >= head;
};

export interface AgentKeys {
  cookie: string;
  csrf: string;
}

export function createAgentPlayer(name: string, keys: AgentKeys, stage: Stage): Player {
  const { history, conversations } = stage;
  let n = 0;
  const agent: HeadlessAgent = createAgent({
    relay: stage.relay,
    ...keys,
    onEvent(event) {
      if (event.type !== 'message.created' || !('text' in event.data)) return;
      const { id: key, conversation: conv, seq: at } = event;
      history.add({ f: 'deliver', proc: name, conv, key, at, text: event.data.text });
    },
    onSettled(entry: Entry, at) {
      if (entry.name !== 'message:send') return;
      const { id: key, conversation: conv } = entry.input;
      history.add(
        at === undefined
          ? { f: 'send', type: 'fail', proc: name, conv, key }
          : { f: 'send', type: 'ok', proc: name, conv, key, at },
      );
    },
    onPage: (cursor, page) =>
      history.add(pageEntry(name, cursor, { page, position: ({ seq }: { seq: number }) => seq })),
  });
  agent.start();
  /** Only what was followed from its first message on can be compared with the log as a whole. */
  const followed = new Set<string>();
  const watchAll = () => {
    for (const id of conversations) {
      followed.add(id);
      if (agent.headOf(id) === 0) agent.follow(id);
    }
  };
  const write = (random: Random) => {
    const conv = random.pick([...followed]);
    if (agent.headOf(conv) === 0) return;
    n += 1;
    const words = text(name, n);
    const isNote = random.chance(0.3);
    const key = agent.send(isNote ? 'note:add' : 'message:send', conv, words);
    if (!isNote) history.add({ f: 'send', type: 'invoke', proc: name, conv, key, text: words });
  };
  return {
    act(random) {
      if (random.chance(0.2)) watchAll();
      if (random.chance(0.004)) agent.cut();
      if (agent.isIdle && followed.size > 0) write(random);
    },
    nudge() {
      agent.nudge();
      watchAll();
    },
    cut: agent.cut,
    vanish() {},
    describe: () => ({
      name,
      isIdle: agent.isIdle,
      heads: [...followed].map((id) => [id, agent.headOf(id)]),
    }),
    isCaughtUp: (heads) =>
      agent.isIdle &&
      [...followed].every((id) => agent.headOf(id) >= (heads.get(`seq ${id}`) ?? 0)),
    finish: async () => {},
    stop: agent.stop,
  };
}
