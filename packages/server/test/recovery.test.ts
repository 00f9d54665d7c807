import { LIMITS, uuidv7 } from '@throughline/shared';
import {
  cursorOf,
  newStream,
  receive,
  reconnect,
  type Step,
  type Stream,
  takePage,
} from '@throughline/shared/client';
import type {
  AgentEvent,
  AgentPage,
  Receipt,
  VisitorEvent,
  VisitorPage,
} from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import {
  type AgentPeer,
  type Peer,
  startRelay,
  type TestRelay,
  until,
  type VisitorPeer,
} from './relay.ts';

type Event = VisitorEvent & AgentEvent;

/** A client as the shared rules make it: what it drew, and nothing else. */
function follow(conversation: string, position: (event: Event) => number) {
  let stream: Stream<Event> = newStream();
  let peer: Peer | undefined;
  let heard = 0;
  const drawn: Event[] = [];
  const resets: (string | undefined)[] = [];

  function take(step: Step<Event>): boolean {
    if (step.reset) drawn.length = 0;
    drawn.push(...step.apply);
    stream = step.stream;
    return step.ask;
  }

  async function catchUp(): Promise<void> {
    for (;;) {
      const ack = await peer?.ask<VisitorPage>('conversation:resume', {
        conversation,
        cursor: cursorOf(stream),
      });
      if (!ack?.ok) throw new Error('resume was refused');
      if (ack.data.state === 'reset') resets.push(ack.data.reason);
      hear();
      if (!take(takePage(stream, ack.data as never, position))) return;
    }
  }

  /** Takes in what arrived live since it last looked. */
  function hear(): void {
    const all = peer?.all<Event>('event').filter((it) => it.conversation === conversation) ?? [];
    for (; heard < all.length; heard++) {
      const event = all[heard];
      if (event) take(receive(stream, event, position(event)));
    }
  }

  return {
    drawn,
    resets,
    hear,
    places: () => drawn.map(position),
    async on(next: Peer) {
      peer = next;
      heard = 0;
      take(reconnect(stream));
      await catchUp();
    },
  };
}

const bySeq = (event: Event) => event.seq;
const byPub = (event: Event) => event.pub;
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);

async function talk(relay: TestRelay) {
  const visitor = await relay.visitor();
  const agent = await relay.agent();
  const conversation = await visitor.start();
  return { visitor, agent, conversation };
}

const say = (peer: Peer, conversation: string, text = 'hi') =>
  peer.give<Receipt>('message:send', { conversation, text });

describe('what arrives live', () => {
  test('[P1] is the same for everybody, in the same order, also when many write at once', async () => {
    await using relay = await startRelay();
    const { visitor, conversation } = await talk(relay);
    const agents = await Promise.all([relay.agent(), relay.agent(), relay.agent()]);
    const tabs = [visitor, await relay.visitor({ token: visitor.token })];
    for (const agent of agents)
      await agent.ask('conversation:resume', { conversation, cursor: null });
    const works: Promise<unknown>[] = [];
    for (let i = 0; i < 40; i++)
      for (const [n, peer] of [...agents, ...tabs].entries())
        works.push(say(peer, conversation, `${n} ${i}`));
    await Promise.all(works);
    const all = 1 + works.length;
    await until(() =>
      [...agents, ...tabs].every((peer) => peer.all<Event>('event').some((it) => it.pub === all)),
    );
    const ids = (peer: Peer) =>
      peer
        .all<Event>('event')
        .filter(({ pub }) => pub > 1)
        .map(({ id }) => id);
    for (const peer of [...agents, ...tabs]) expect(ids(peer)).toEqual(ids(visitor));
    expect(visitor.all<Event>('event').map(byPub)).toEqual(upTo(all));
    expect(agents[0]?.all<Event>('event').map(bySeq)).toEqual(upTo(all, 2));
  });

  test('[P4] keeps the order in which one sender sent', async () => {
    await using relay = await startRelay();
    const { visitor, conversation } = await talk(relay);
    // Without waiting for answers: a socket is a line, and the relay does not overtake on it.
    await Promise.all(Array.from({ length: 300 }, (_, i) => say(visitor, conversation, `${i}`)));
    const texts = (await relay.events()).flatMap(({ data }) => ('text' in data ? data.text : []));
    expect(texts).toEqual(Array.from({ length: 300 }, (_, i) => `${i}`));
  });

  test('[P5] is in the log by the time anybody sees it', async () => {
    await using relay = await startRelay();
    const { visitor, agent, conversation } = await talk(relay);
    await agent.ask('conversation:resume', { conversation, cursor: null });
    const missing: string[] = [];
    const check = async ({ id }: Event) => {
      if (!(await relay.store.read.events.find(id))) missing.push(id);
    };
    visitor.socket.on('event', check);
    agent.socket.on('event', check);
    for (let i = 0; i < 50; i++) await say(visitor, conversation, `${i}`);
    await agent.next<Event>('event', ({ pub }) => pub === 51);
    expect(missing).toEqual([]);
  });

  test('[P9] a deleted message is gone from the log and from every answer, its number stays', async () => {
    await using relay = await startRelay();
    const { visitor, agent, conversation } = await talk(relay);
    const { id } = await say(visitor, conversation, 'CANARY one');
    await visitor.give('message:edit', { conversation, message: id, text: 'CANARY two' });
    await visitor.give('message:delete', { conversation, message: id });
    await say(visitor, conversation, 'stays');
    for (const peer of [visitor, agent] as Peer[]) {
      for (const [name, more] of [
        ['conversation:resume', { cursor: null }],
        ['conversation:resume', { cursor: `${relay.store.epoch}.0` }],
        ['conversation:history', { before: 99 }],
      ] as const) {
        const ack = await peer.ask<VisitorPage>(name, { conversation, ...more });
        expect(JSON.stringify(ack)).not.toContain('CANARY');
        expect(ack.ok && ack.data.events.map((it) => it.pub)).toEqual([1, 2, 3, 4, 5]);
      }
    }
    expect(JSON.stringify(await relay.events())).not.toContain('CANARY');
    const as = agent.session;
    for (const path of [
      `/v1/conversations/${conversation}`,
      `/v1/conversations/${conversation}/events`,
      '/v1/conversations?q=CANARY',
    ])
      expect((await relay.fetch(path, { as })).text).not.toContain('CANARY');
  });
});

describe('[P10] after an interruption a client has exactly what it missed', () => {
  test('however often it goes, and whoever writes meanwhile', async () => {
    await using relay = await startRelay();
    const { visitor, agent, conversation } = await talk(relay);
    const [mine, hers] = [follow(conversation, byPub), follow(conversation, bySeq)];
    let [tab, desk]: [VisitorPeer, AgentPeer] = [visitor, agent];
    await mine.on(tab);
    await hers.on(desk);
    const writer = await relay.agent();
    for (let round = 0; round < 8; round++) {
      const works = Array.from({ length: 30 }, (_, i) =>
        writer.give(i % 3 ? 'message:send' : 'note:add', { conversation, text: `${round} ${i}` }),
      );
      // Cut while they are under way.
      if (round % 2) tab.socket.io.engine.close();
      else desk.socket.io.engine.close();
      await works[10];
      mine.hear();
      hers.hear();
      if (round % 2) {
        tab = await relay.visitor({ token: visitor.token });
        await mine.on(tab);
      } else {
        desk = await relay.agent({ agent: agent.agent, session: agent.session });
        await hers.on(desk);
      }
      await Promise.all(works);
    }
    const row = await relay.store.read.conversations.get(conversation);
    await until(() => {
      mine.hear();
      hers.hear();
      return mine.drawn.length === row?.pub && hers.drawn.length === row?.seq;
    }, 'both to have everything');
    expect(mine.places()).toEqual(upTo(row?.pub ?? 0));
    expect(hers.places()).toEqual(upTo(row?.seq ?? 0));
    expect(mine.resets).toEqual(['no_cursor']);
    expect(hers.resets).toEqual(['no_cursor']);
    expect(JSON.stringify(mine.drawn)).not.toMatch(/note|seq/);
  });

  test('over a restart of the relay, with the same cursor', async () => {
    const first = await startRelay();
    const { visitor, conversation } = await talk(first);
    const mine = follow(conversation, byPub);
    await mine.on(visitor);
    await say(visitor, conversation, 'before');
    const { dataDir } = first;
    await first.stop();
    await using relay = await startRelay({ dataDir });
    const tab = await relay.visitor({ token: visitor.token });
    expect(tab.contact).toBe(visitor.contact);
    await say(tab, conversation, 'after');
    await mine.on(tab);
    expect(mine.resets).toEqual(['no_cursor']);
    expect(mine.places()).toEqual([1, 2, 3]);
    await first[Symbol.asyncDispose]();
  });

  test('a resume that races with what is written misses nothing and doubles nothing', async () => {
    await using relay = await startRelay();
    const { visitor, agent, conversation } = await talk(relay);
    const works: Promise<unknown>[] = [];
    const followers: ReturnType<typeof follow>[] = [];
    for (let i = 0; i < 20; i++) {
      works.push(...Array.from({ length: 10 }, () => say(visitor, conversation)));
      const desk = await relay.agent({ agent: agent.agent, session: agent.session });
      const hers = follow(conversation, bySeq);
      works.push(hers.on(desk));
      followers.push(hers);
    }
    await Promise.all(works);
    await until(() => {
      for (const hers of followers) hers.hear();
      return followers.every((hers) => hers.places().at(-1) === 201);
    }, 'all agents to have everything');
    for (const hers of followers) {
      const [first = 0] = hers.places();
      expect(hers.places()).toEqual(upTo(201, first));
    }
  });
});

describe('[HS-20] [CF-08] [P11] an honest reset', () => {
  test.each([
    ['no_cursor', () => null],
    ['bad_cursor', () => 'nonsense'],
    ['epoch_changed', () => 'elsewhere.1'],
    ['ahead_of_head', (epoch: string) => `${epoch}.999`],
  ] as const)('%s', async (reason, cursor) => {
    await using relay = await startRelay();
    const { visitor, agent, conversation } = await talk(relay);
    for (const peer of [visitor, agent] as Peer[]) {
      const ack = await peer.ask<VisitorPage>('conversation:resume', {
        conversation,
        cursor: cursor(relay.store.epoch),
      });
      expect(ack).toMatchObject({
        ok: true,
        data: { state: 'reset', reason, head: 1, end: true, epoch: relay.store.epoch },
      });
    }
    // A client that knows more than the log is a lost write or a restore: somebody has to hear of it.
    const alarms = reason === 'ahead_of_head' ? 2 : 0;
    const { text } = await relay.fetch('/metrics');
    expect(text).toContain(`throughline_cursor_ahead_of_head_total ${alarms}`);
    expect(relay.logLines.filter((line) => line.includes('knows more than'))).toHaveLength(alarms);
  });
});

describe('[P12] a long replay', () => {
  test('comes in pages, holds back what is written meanwhile, and ends with the head', async () => {
    await using relay = await startRelay();
    const { visitor, agent, conversation } = await talk(relay);
    await Promise.all(Array.from({ length: 449 }, () => say(visitor, conversation)));
    const { epoch } = relay.store;
    const pages: AgentPage[] = [];
    for (let place = 0; ; ) {
      const ack = await agent.ask<AgentPage>('conversation:resume', {
        conversation,
        cursor: `${epoch}.${place}`,
      });
      if (!ack.ok) throw new Error('refused');
      pages.push(ack.data);
      place = ack.data.events.at(-1)?.seq ?? place;
      if (pages.length === 1) await say(visitor, conversation, 'meanwhile');
      if (ack.data.end) break;
    }
    expect(pages.map(({ events, end, head }) => [events.length, end, head])).toEqual([
      [LIMITS.pageEvents, false, 450],
      [LIMITS.pageEvents, false, 451],
      [51, true, 451],
    ]);
    expect(pages.flatMap(({ events }) => events.map(({ seq }) => seq))).toEqual(upTo(451));
    await agent.next<Event>('event', ({ seq }) => seq === 451);
  });
});

describe('following', () => {
  test('[HS-21] fifty conversations are followed at once; those stay followed, and one more has to wait', async () => {
    await using relay = await startRelay();
    const { visitor, agent } = await talk(relay);
    const ids: string[] = [];
    for (let i = 0; i <= LIMITS.streams; i++) ids.push(await visitor.start());
    const resume = (conversation: string) =>
      agent.ask('conversation:resume', { conversation, cursor: null });
    const answers = await Promise.all(ids.map(resume));
    const [last = ''] = ids.slice(-1);
    expect(answers.slice(0, -1).every(({ ok }) => ok)).toBe(true);
    expect(answers.at(-1)).toMatchObject({ ok: false, error: { code: 'too_many_streams' } });
    // The next page of one that is followed is no further one.
    expect(await resume(ids[0] ?? '')).toMatchObject({ ok: true });
    await agent.ask('conversation:leave', { conversation: ids[0] });
    expect(await resume(last)).toMatchObject({ ok: true });
  });

  test('fifty of different visitors too', async () => {
    await using relay = await startRelay();
    const agent = await relay.agent();
    const answers: unknown[] = [];
    for (let i = 0; i <= LIMITS.streams; i++) {
      const conversation = await (await relay.visitor()).start();
      answers.push((await agent.ask('conversation:resume', { conversation, cursor: null })).ok);
    }
    expect(answers).toEqual([...Array(LIMITS.streams).fill(true), false]);
  });

  test('what was left is heard of no more, its neighbour of the same visitor still is', async () => {
    await using relay = await startRelay();
    const { visitor, agent, conversation } = await talk(relay);
    const other = await visitor.start();
    for (const id of [conversation, other])
      await agent.ask('conversation:resume', { conversation: id, cursor: null });
    await agent.ask('conversation:leave', { conversation });
    await say(visitor, conversation, 'unheard');
    await say(visitor, other, 'heard');
    await visitor.socket.timeout(1000).emitWithAck('context:set', { language: 'fr' });
    await agent.next<{ kind: string; context?: { language?: string } }>(
      'ephemeral',
      (it) => it.kind === 'visitor' && it.context?.language === 'fr',
    );
    await agent.next('event');
    // Its beginning may come again: it was written before it was looked at, and is told after that.
    const heard = new Set(agent.all<Event>('event').map((it) => it.conversation));
    expect(heard).toEqual(new Set([other]));
  });

  test('a socket that goes while it is let in to a conversation looks at nothing', async () => {
    await using relay = await startRelay();
    const { agent, conversation } = await talk(relay);
    const watcher = await relay.agent();
    await watcher.ask('conversation:resume', { conversation, cursor: null });
    for (let i = 0; i < 20; i++) {
      const desk = await relay.agent({ agent: agent.agent, session: agent.session });
      desk.socket.emit('conversation:resume', { conversation, cursor: null });
      desk.socket.io.engine.close();
    }
    interface Viewers {
      kind: string;
      viewers: { id: string }[];
    }
    const viewers = () =>
      watcher
        .all<Viewers>('ephemeral')
        .filter((it) => it.kind === 'viewers')
        .at(-1)?.viewers;
    await until(() => viewers()?.every(({ id }) => id === watcher.agent.id));
    expect(viewers()).toHaveLength(1);
  });
});

test('[P6] over the wire: fifty at once, a repeat on another socket, and after a restart', async () => {
  const first = await startRelay();
  const { visitor, conversation } = await talk(first);
  const input = { id: uuidv7(), conversation, text: 'once' };
  const acks = await Promise.all(
    Array.from({ length: 50 }, () => visitor.ask('message:send', input)),
  );
  const [answer] = acks;
  for (const ack of acks) expect(ack).toEqual(answer);
  const tab = await first.visitor({ token: visitor.token });
  expect(await tab.ask('message:send', input)).toEqual(answer);
  const { dataDir } = first;
  await first.stop();
  await using relay = await startRelay({ dataDir });
  const later = await relay.visitor({ token: visitor.token });
  expect(await later.ask('message:send', input)).toEqual(answer);
  expect((await relay.events()).filter(({ id }) => id === input.id)).toHaveLength(1);
  await first[Symbol.asyncDispose]();
});

test('changing what was indexed long ago stops nobody from writing', async () => {
  await using relay = await startRelay();
  const { visitor, agent, conversation } = await talk(relay);
  // Closed by a letter: the beginning of a word is enough to find it.
  const word = (i: number) => `word${i}x`;
  const ids: string[] = [];
  for (let i = 0; i < 40; i++) ids.push((await say(visitor, conversation, word(i))).id);
  const find = async (word: string) => {
    const answer = await relay.fetch(`/v1/conversations?q=${word}`, { as: agent.session });
    return (answer.json as { data: unknown[] }).data.length;
  };
  await until(() => find(word(39)));
  // Each in a commit of its own: FTS5 keeps count of them where a number cannot (see search.ts).
  for (const [i, message] of ids.slice(0, 12).entries()) {
    const change = i % 2 ? { text: `changed${i}` } : {};
    await visitor.give(i % 2 ? 'message:edit' : 'message:delete', {
      conversation,
      message,
      ...change,
    });
    await until(async () => (await find(word(i))) === 0);
  }
  await say(visitor, conversation, 'afterwards');
  expect([await find('changed1'), await find(word(12))]).toEqual([1, 1]);
  expect(relay.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
});
