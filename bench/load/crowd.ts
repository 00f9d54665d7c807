import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@throughline/shared';
import { ORIGIN, relayDialect } from '../relay/clients.ts';
import { dial, type Light } from './light.ts';

export type Kind = 'floor' | 'relay';

export interface Shape {
  visitors: number;
  agents: number;
}

interface Talker {
  light: Light;
  conversation: string;
}

export interface Crowd {
  talkers: Talker[];
  /** Events that reached somebody so far. */
  readonly received: number;
  close(): void;
}

/** How many are connected at once while a crowd gathers. */
const AT_ONCE = 50;

const NAMES = {
  relay: { begin: 'conversation:start', follow: 'conversation:resume' },
  floor: { begin: 'join', follow: 'join' },
};

async function agentDoor(kind: Kind, url: string) {
  if (kind === 'floor') return { auth: {}, headers: {} };
  const { auth, headers } = await relayDialect.agent(url);
  return { auth, headers: headers as Record<string, string> };
}

async function must(answer: Promise<{ ok: boolean; code?: string }>): Promise<void> {
  const { ok, code } = await answer;
  if (!ok) throw new Error(`refused: ${code}`);
}

interface Place {
  url: string;
  kind: Kind;
  /** Where agents are, if elsewhere. */
  staffUrl?: string;
}

/** Visitors with a conversation each, and agents who look at them: every message reaches two sockets. */
export async function gather(
  { url, kind, staffUrl = url }: Place,
  { visitors, agents }: Shape,
  onEvent?: (packet: string) => void,
): Promise<Crowd> {
  let received = 0;
  const hear = (packet: string) => {
    received += 1;
    onEvent?.(packet);
  };
  const staff: Light[] = [];
  const door = agents > 0 ? await agentDoor(kind, staffUrl) : { auth: {}, headers: {} };
  for (let i = 0; i < agents; i++)
    staff.push(await dial(staffUrl, { namespace: '/agent', ...door, onEvent: hear }));

  const { begin, follow } = NAMES[kind];
  const named = (conversation: string, more: object) =>
    (kind === 'floor' ? conversation : { conversation, ...more }) as object;
  async function come(i: number): Promise<Talker> {
    const auth = kind === 'floor' ? {} : relayDialect.visitorAuth;
    const headers = { origin: ORIGIN };
    const light = await dial(url, { namespace: '/visitor', auth, headers, onEvent: hear });
    const conversation = uuidv7();
    await must(light.ask(begin, named(conversation, { id: uuidv7() })));
    const agent = staff[i % agents];
    if (agent) await must(agent.ask(follow, named(conversation, { cursor: null })));
    return { light, conversation };
  }
  const talkers: Talker[] = [];
  for (let i = 0; i < visitors; i += AT_ONCE)
    talkers.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, visitors - i) }, (_, k) => come(i + k)),
      )),
    );
  return {
    talkers,
    get received() {
      return received;
    },
    close() {
      for (const light of [...staff, ...talkers.map((talker) => talker.light)]) light.close();
    },
  };
}

export interface Pushed {
  /** Milliseconds from sending to a yes, of each message that was taken. */
  ackedMs: number[];
  /** The same for each that was refused, with why. */
  refusedMs: number[];
  codes: Set<string>;
  /** Ids of what was said to be stored. */
  ids: string[];
  /** Messages a second that were taken, from the first that left to the last answer. */
  perSecond: number;
}

const TEXT = 'x'.repeat(200);

/** Open loop: messages leave when they are due, however long the others take. */
export async function push(
  { talkers }: Crowd,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Pushed> {
  const pushed: Pushed = { ackedMs: [], refusedMs: [], codes: new Set(), ids: [], perSecond: 0 };
  const waiting: Promise<void>[] = [];
  async function say({ light, conversation }: Talker): Promise<void> {
    const id = uuidv7();
    const sentMs = performance.now();
    const { ok, code } = await light.ask('message:send', { id, conversation, text: TEXT });
    const tookMs = performance.now() - sentMs;
    if (ok) pushed.ids.push(id);
    (ok ? pushed.ackedMs : pushed.refusedMs).push(tookMs);
    if (code) pushed.codes.add(code);
  }
  const startMs = performance.now();
  for (let n = 0; n < perSecond * seconds; ) {
    const due = Math.min(((performance.now() - startMs) / 1000) * perSecond, perSecond * seconds);
    for (; n < due; n++) waiting.push(say(talkers[(n * 7919) % talkers.length] as Talker));
    await sleep(1);
  }
  await Promise.all(waiting);
  pushed.perSecond = pushed.ids.length / ((performance.now() - startMs) / 1000);
  return pushed;
}
