import { uuidv7 } from '@throughline/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContactExports } from '../src/contacts/export.ts';
import { createConversations } from '../src/conversations/commands.ts';
import type { Store } from '../src/store/store.ts';
import { startRelay, type TestRelay, type VisitorPeer } from './relay.ts';

interface Line {
  kind: string;
  id: string;
  type?: string;
  data: { name?: string; conversation?: { seq: number } };
}

let relay: TestRelay;
let key: string;

beforeAll(async () => {
  relay = await startRelay();
  key = await relay.key();
});
afterAll(() => relay[Symbol.asyncDispose]());

const take = (contact: string) => relay.fetch(`/v1/contacts/${contact}/export`, { key });

describe('[PR-05] a long history', () => {
  const MESSAGES = 650;
  const EVENTS = 430;
  let visitor: VisitorPeer;
  let talks: string[];

  beforeAll(async () => {
    visitor = await relay.visitor();
    talks = [await visitor.start(), await visitor.start()].sort();
    const who = { kind: 'visitor', id: visitor.contact, site: 'shop' } as const;
    const { run } = createConversations(relay.store, Date.now);
    const say = (conversation: string, n: number) =>
      run(who, 'message:send', { id: uuidv7(), conversation, text: `message ${n}` });
    for (const conversation of talks)
      await Promise.all(Array.from({ length: MESSAGES }, (_, n) => say(conversation, n)));
    const track = (_: unknown, n: number) =>
      visitor.ask('event:track', { id: uuidv7(), name: `event ${n}`, properties: {} });
    await Promise.all(Array.from({ length: EVENTS }, track));
  });

  test('[PR-05] comes whole and in order, in many parts', async () => {
    const answer = await take(visitor.contact);
    expect(answer.headers['transfer-encoding']).toBe('chunked');
    const lines = answer.text
      .trimEnd()
      .split('\n')
      .map((it): Line => JSON.parse(it));
    for (const conversation of talks) {
      const at = lines.findIndex(({ id }) => id === conversation);
      const said = lines.slice(at + 1, at + 2 + MESSAGES);
      expect(said.map(({ kind }) => kind)).toEqual(Array(MESSAGES + 1).fill('event'));
      const seqs = said.map(({ data }) => data.conversation?.seq ?? 0);
      expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    }
    const tracked = lines.filter(({ type }) => type === 'dev.throughline.event.tracked');
    expect(new Set(tracked.map(({ data }) => data.name)).size).toBe(EVENTS);
    expect(lines.at(-1)).toEqual({
      ...{ kind: 'end', conversations: 2, files: 0 },
      // That they came, and the beginning of each conversation.
      events: 2 * MESSAGES + EVENTS + 3,
    });
  });

  test('[PR-05] is read as it is taken, and no further when nobody takes it', async () => {
    let asked = 0;
    const { read } = relay.store;
    const watched: Pick<Store, 'read'> = {
      read: {
        ...read,
        events: {
          ...read.events,
          forward(range) {
            asked += 1;
            return read.events.forward(range);
          },
        },
      },
    };
    const found = await createContactExports(watched).of(visitor.contact, ({ id }) => ({ id }));
    const seen: number[] = [];
    for await (const some of found?.lines ?? []) {
      expect(some.length).toBeLessThanOrEqual(200);
      seen.push(asked);
    }
    // Of the contact itself nothing of its conversations is read, then a page at a time.
    expect(seen[0]).toBe(0);
    expect(seen.every((n, i) => n - (seen[i - 1] ?? 0) <= 1)).toBe(true);
    expect(asked).toBe(8);
  });

  test('[PR-05] that its reader leaves is no error of the relay’s', async () => {
    relay.logLines.length = 0;
    const leave = new AbortController();
    const headers = { authorization: `Bearer ${key}` };
    const path = `${relay.url}/v1/contacts/${visitor.contact}/export`;
    const { body } = await fetch(path, { headers, signal: leave.signal });
    await body?.getReader().read();
    leave.abort();
    expect((await take(visitor.contact)).status).toBe(200);
    const levels = relay.logLines.map((line) => (JSON.parse(line) as { level: number }).level);
    expect(levels.filter((level) => level >= 50)).toEqual([]);
  });
});
