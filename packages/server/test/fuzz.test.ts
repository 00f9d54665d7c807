import { ERRORS, uuidv7 } from '@throughline/shared';
import {
  agentCommands,
  catalogue,
  isTombstone,
  queries,
  signals,
  visitorCommands,
} from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { evolve, unborn } from '../src/conversations/evolve.ts';
import type { LogRecord } from '../src/store/store.ts';
import { startRelay, type TestRelay, until } from './relay.ts';
import { openRaw, type RawSocket } from './wire.ts';

/**
 * Valid frames, damaged in every way we could think of. A seed makes the same frames again:
 * `FUZZ_SEED=123 vitest run …/fuzz.test.ts`. Seeds that once found something stay in the list.
 */
const SEEDS = process.env.FUZZ_SEED ? [Number(process.env.FUZZ_SEED)] : [1, 5016];
const FRAMES = Number(process.env.FUZZ_FRAMES ?? 1500);
const BATCH = 40;

/** Mulberry32: small, seeded, good enough to be mean. */
function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  return { next, below, pick };
}

type Random = ReturnType<typeof randomOf>;

const NASTY: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  -0,
  1e308,
  '',
  ' ',
  '\0',
  '\ud800',
  '__proto__',
  'constructor',
  '%s%n',
  "'; DROP TABLE event; --",
  'x'.repeat(11_000),
  [],
  [[[[]]]],
  {},
  { __proto__: null, toString: 'x' },
  { _placeholder: true, num: 0 },
  { $ne: null },
  JSON.parse('{"__proto__":{"polluted":true}}'),
];

const NAMES = ['x', '__proto__', 'constructor', 'seq', 'role', '', '\u0000', 'id', 'text'];

interface World {
  conversations: string[];
  messages: string[];
  agent: string;
}

/** A payload as a client of ours would send it, for any name. */
function payload(
  name: string,
  { pick, below, next }: Random,
  world: World,
): Record<string, unknown> {
  const conversation = pick(world.conversations);
  const message = pick(world.messages);
  const all: Record<string, Record<string, unknown>> = {
    'conversation:start': {
      conversation: uuidv7(),
      context: { language: 'de', page: { url: 'https://shop.example', title: 'x' } },
    },
    'conversation:label': { conversation, add: ['from a page'], remove: ['another'] },
    'conversation:describe': { conversation, attributes: { order: 'A-17', items: below(9) } },
    'message:send': { conversation, text: `text ${next()}` },
    'message:edit': { conversation, message, text: 'edited' },
    'message:delete': { conversation, message },
    'message:read': { conversation, upTo: below(50) },
    'contact:identify': { name: 'Grace', email: 'g@example.com' },
    'contact:update': { attributes: { plan: 'pro', seats: below(9), trial: null } },
    'event:track': { name: 'cart', properties: { items: 2 } },
    'note:add': { conversation, text: 'psst' },
    'conversation:assign': { conversation, assignee: world.agent, expectedEpoch: below(4) },
    'conversation:unassign': { conversation, expectedEpoch: below(4) },
    'approval:decide': { conversation, approval: message, outcome: 'approved' },
    'promise:withdraw': { conversation, promise: message },
    'conversation:hand_back': { conversation, bot: 'nobody', goal: 'find a date' },
    'conversation:transfer': { conversation, queue: 'support', expectedEpoch: below(4) },
    'suggestion:hold': { conversation, suggestion: message },
    'suggestion:dismiss': { conversation, suggestion: message },
    'offer:accept': { conversation, offer: message },
    'offer:decline': { conversation, offer: message },
    'status:set': { status: pick(['available', 'away']) },
    'conversation:resolve': { conversation },
    'conversation:reopen': { conversation },
    'conversation:snooze': { conversation, until: Date.now() + below(1e6) },
    'conversation:tag': { conversation, tags: ['a', 'b'] },
    'conversation:list': {},
    'conversation:resume': { conversation, cursor: null },
    'conversation:history': { conversation, before: below(50), limit: 5 },
    'conversation:leave': { conversation },
    'article:read': { article: 'returns' },
    'typing:set': { conversation, on: true },
    'delivered:set': { heads: [{ conversation, pub: below(50) }] },
    'context:set': { language: 'fr' },
  };
  const found = all[name] ?? {};
  return name in queries || name in signals ? found : { id: uuidv7(), ...found };
}

/** Changes a value somewhere inside, or adds or takes away a field. */
function bend(value: unknown, random: Random): unknown {
  const { pick, below, next } = random;
  if (typeof value !== 'object' || value === null || next() < 0.2) return pick(NASTY);
  if (Array.isArray(value)) return [...value, pick(NASTY)];
  const entries = Object.entries(value);
  if (entries.length === 0 || next() < 0.2) return { ...value, [pick(NAMES)]: pick(NASTY) };
  const at = below(entries.length);
  if (next() < 0.2) return Object.fromEntries(entries.filter((_, i) => i !== at));
  return Object.fromEntries(
    entries.map(([key, inner], i) => (i === at ? [key, bend(inner, random)] : [key, inner])),
  );
}

/** Damages the text of a frame. */
function damage(frame: string, { pick, below }: Random): string {
  const at = below(frame.length + 1);
  const to = at + below(12);
  const signs = [
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '/',
    '0',
    '-',
    'e',
    '\u0000',
    '\ud83d',
    '🙂',
    '_placeholder',
  ];
  return pick([
    () => frame.slice(0, at) + frame.slice(to),
    () => frame.slice(0, at) + pick(signs) + frame.slice(at),
    () => frame.slice(0, at) + pick(signs) + frame.slice(at + 1),
    () => frame.slice(0, at),
    () => frame + frame,
    () => frame.slice(0, at) + frame.slice(at, to).repeat(3) + frame.slice(at),
    () => `${below(10)}${frame.slice(1)}`,
    () => frame.replace('42', `4${below(10)}${below(3)}-`),
    () => frame.replace(/\d+\[/, `${below(2 ** 31)}[`),
  ])();
}

/** A frame, bent inside; `raw`: its text is damaged as well, which mostly ends the connection. */
function frameOf(namespace: string, random: Random, { raw, ...world }: World & { raw: boolean }) {
  const { pick, next, below } = random;
  const own = namespace === '/visitor' ? visitorCommands : agentCommands;
  const name = pick<string>([...own, ...Object.keys(queries), ...Object.keys(signals)]);
  let body: unknown = payload(name, random, world);
  if (next() < 0.6) body = bend(body, random);
  const ack = next() < 0.8 ? String(below(1e6)) : '';
  const frame = `42${namespace},${ack}${JSON.stringify([name, body])}`;
  return raw ? damage(frame, random) : frame;
}

async function dial(
  relay: TestRelay,
  namespace: string,
  hello: { auth: object; headers: Record<string, string> },
): Promise<RawSocket> {
  const raw = await openRaw(relay.url, { headers: hello.headers });
  raw.send(`40${namespace},${JSON.stringify(hello.auth)}`);
  await raw.next(/"welcome"/);
  return raw;
}

/** Every record is what its schema says, every number is there once, and every row is its fold. */
async function checkLog(relay: TestRelay, seed: number): Promise<void> {
  const log = await relay.events();
  const byConversation = Map.groupBy(log, ({ conversation }) => conversation);
  for (const { type, data } of log)
    if (!isTombstone(data))
      expect(catalogue[type].data.safeParse(data).success, `${type}, seed ${seed}`).toBe(true);
  for (const [id, records] of byConversation) {
    if (id === null) continue;
    expect(
      records.map(({ seq }) => seq),
      `seed ${seed}`,
    ).toEqual(records.map((_, i) => i + 1));
    const [first] = records as [LogRecord, ...LogRecord[]];
    const born = { id, site: first.site ?? '', contact: first.contact ?? '' };
    expect(await relay.store.read.conversations.get(id), `seed ${seed}`).toEqual(
      records.reduce(evolve, unborn(born, first.time)),
    );
  }
}

/** An answer is either what was asked for, or a code of the table with nothing else in it. */
function checkFrames(raw: RawSocket, seed: number): void {
  for (const frame of raw.frames.splice(1)) {
    expect(frame, `seed ${seed}`).not.toMatch(/\bat .*:\d+:\d+|node_modules|SQLITE|"internal"/);
    const body = /^43\/\w+,\d+(.*)$/s.exec(frame)?.[1];
    if (!body) continue;
    const [ack] = JSON.parse(body) as [{ ok: boolean; error?: { code: string } }];
    if (!ack.ok) expect(Object.keys(ERRORS), `seed ${seed}`).toContain(ack.error?.code);
  }
}

test.each(SEEDS)(
  'thousands of damaged frames leave a sound log and a relay that goes on (seed %i)',
  async (seed) => {
    await using relay = await startRelay();
    const random = randomOf(seed);
    const neighbour = await relay.visitor();
    const theirs = await neighbour.start();
    const victim = await relay.visitor();
    const hired = await relay.hire();
    const world: World = { conversations: [theirs], messages: [uuidv7()], agent: hired.agent.id };
    for (let i = 0; i < 3; i++) {
      const conversation = await victim.start();
      world.conversations.push(conversation);
      for (let n = 0; n < 3; n++)
        world.messages.push(
          (await victim.give<{ id: string }>('message:send', { conversation, text: 'hi' })).id,
        );
    }
    const sides = [
      {
        namespace: '/visitor',
        hello: {
          auth: { protocol: 1, site: 'shop', token: victim.token },
          headers: { origin: 'https://shop.example' },
        },
      },
      {
        namespace: '/agent',
        hello: {
          auth: { protocol: 1, csrf: hired.session.session.csrf },
          headers: { origin: relay.url, cookie: `throughline=${hired.session.token}` },
        },
      },
    ];
    for (let sent = 0; sent < FRAMES; ) {
      const { namespace, hello } = random.pick(sides);
      const raw = await dial(relay, namespace, hello);
      const isDamaged = random.next() < 0.7;
      for (let i = 0; i < (isDamaged ? 4 : BATCH); i++, sent++)
        raw.send(frameOf(namespace, random, { ...world, raw: isDamaged }));
      raw.send(`42${namespace},999999999["the last one",{}]`);
      await until(
        () =>
          raw.closed() !== undefined || raw.frames.some((frame) => frame.includes(',999999999[')),
      );
      checkFrames(raw, seed);
      raw.ws.terminate();
    }
    expect(
      relay.logLines.filter((line) => /"level":(50|60)/.test(line)),
      `seed ${seed}`,
    ).toEqual([]);
    expect(neighbour.closed(), `seed ${seed}`).toBeUndefined();
    await neighbour.give('message:send', { conversation: theirs, text: 'still here' });
    const mine = (await relay.events()).filter(
      ({ conversation, actor }) => conversation === theirs && actor.kind === 'visitor',
    );
    expect(
      mine.every(({ actor }) => actor.id === neighbour.contact),
      `seed ${seed}`,
    ).toBe(true);
    await checkLog(relay, seed);
    expect('polluted' in {}).toBe(false);
  },
);
