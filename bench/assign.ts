import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@throughline/shared';
import type { Socket } from 'socket.io-client';
import { type Bench, percentile, round } from './figures.ts';
import { repliesOnScreen } from './flow-screen.ts';
import { syncTime } from './load/rounds.ts';
import { openHostPage } from './page/host-page.ts';
import { connect, must, relayDialect } from './relay/clients.ts';
import { startMeasured } from './relay/process.ts';

const VISITORS = 20;
const TIMES = 50;
const COMINGS = 100;
const SHOWN = 200;
const REPLY = 'Hello! A person is with you in a moment.';

const document = {
  agents: [{ email: 'agent@bench.example', teams: ['team'] }],
  capacity: { each: 200, more: 0 },
  teams: [{ id: 'team', name: 'Team' }],
  queues: [
    {
      ...{ id: 'general', name: 'General', offer: { mode: 'assign' } },
      rings: [{ afterMs: 0, teams: ['team'] }],
    },
  ],
  route: { queue: 'general', routes: [{ when: 'page.path.startsWith("/pricing")', base: 600 }] },
};

const greeting = {
  ...{ id: 'greeting', name: 'Lina', first: 'hello', start: {} },
  steps: {
    hello: { kind: 'send', text: REPLY, next: 'done' },
    done: { kind: 'end', resolve: true },
  },
};

interface Administrator {
  url: string;
  csrf: string;
  cookie: string;
}

async function publish(
  { url, csrf, cookie }: Administrator,
  part: 'routing' | 'flows',
  body: object,
): Promise<void> {
  const path = `${url}/v1/blueprint/${part}`;
  const headers = { cookie, origin: url, 'x-csrf-token': csrf, 'content-type': 'application/json' };
  const read = await fetch(path, { headers });
  const answer = await fetch(path, {
    method: 'PUT',
    headers: { ...headers, 'if-match': read.headers.get('etag') ?? '' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`refused: ${await answer.text()}`);
}

interface Event {
  type: string;
  conversation: string;
  actor: { kind: string };
}

const isOwned = ({ type }: Event): boolean => type === 'conversation.assigned';
const isGreeted = ({ type, actor }: Event): boolean =>
  type === 'message.created' && actor.kind === 'bot';

/** Milliseconds from a visitor's first word until they see what it led to: that somebody has it, unless said. */
async function begin(
  visitor: Socket,
  isIt = isOwned,
): Promise<{ conversation: string; ms(): Promise<number> }> {
  const conversation = uuidv7();
  await must(visitor.emitWithAck('conversation:start', { id: uuidv7(), conversation }));
  const owned = new Promise<number>((resolve) => {
    visitor.on('event', function hear(event: Event) {
      if (event.conversation !== conversation || !isIt(event)) return;
      visitor.off('event', hear);
      resolve(performance.now());
    });
  });
  const startMs = performance.now();
  await must(
    visitor.emitWithAck('message:send', { id: uuidv7(), conversation, text: 'Is anybody there?' }),
  );
  return { conversation, ms: async () => (await owned) - startMs };
}

/** From a visitor's word, and from an agent's coming, to a conversation that has somebody: committed and told. */
export const assign: Bench = async (report) => {
  const host = await openHostPage();
  const relay = await startMeasured('relay.ts', { PAGE_ORIGIN: host.origin });
  host.serve(relay.url, 'bench');
  const { auth, headers } = await relayDialect.agent(relay.url);
  const { csrf } = auth as { csrf: string };
  const { cookie } = headers as { cookie: string };
  const administrator = { url: relay.url, csrf, cookie };
  await publish(administrator, 'routing', { routing: document });
  const agent = await connect(relay.url, '/agent', { auth, headers });
  const how = { auth: relayDialect.visitorAuth, headers: { origin: host.origin } };
  const visitors: Socket[] = [];
  for (let i = 0; i < VISITORS; i++) visitors.push(await connect(relay.url, '/visitor', how));
  const resolve = (conversation: string) =>
    must(agent.emitWithAck('conversation:resolve', { id: uuidv7(), conversation }));
  const take = (status: 'available' | 'away') =>
    must(agent.emitWithAck('status:set', { id: uuidv7(), status }));

  const commitsMs: number[] = [];
  await Promise.all(
    visitors.map(async (visitor) => {
      for (let i = 0; i < TIMES; i++) {
        const { conversation, ms } = await begin(visitor);
        commitsMs.push(await ms());
        await resolve(conversation);
      }
    }),
  );

  const comingsMs: number[] = [];
  const [visitor] = visitors as [Socket];
  for (let i = 0; i < COMINGS; i++) {
    await take('away');
    const { conversation, ms } = await begin(visitor);
    await sleep(20);
    const startMs = performance.now();
    await take('available');
    await ms();
    comingsMs.push(performance.now() - startMs);
    await resolve(conversation);
  }

  await publish(administrator, 'flows', { flows: [greeting] });
  const greetingsMs: number[] = [];
  await Promise.all(
    visitors.map(async (one) => {
      for (let i = 0; i < TIMES; i++) greetingsMs.push(await (await begin(one, isGreeted)).ms());
    }),
  );
  const shownMs = await repliesOnScreen(`${host.origin}/chat`, { reply: REPLY, times: SHOWN });
  for (const socket of [agent, ...visitors]) socket.disconnect();
  host.close();
  await relay.stop();

  const unit = 'ms';
  const setting = `${VISITORS} visitors at once, ${TIMES} conversations each; relay and clients on one machine; ${syncTime()}`;
  const value = round(percentile(commitsMs, 0.99), 1);
  report({ metric: 'commit_p99_ms', value, unit, goal: 50, setting });
  const offered = round(percentile(comingsMs, 0.99), 1);
  const of = `${COMINGS} times somebody comes while one waits; ${syncTime()}`;
  report({ metric: 'coming_p99_ms', value: offered, unit, goal: 250, setting: of });
  const greeted = round(percentile(greetingsMs, 0.99), 1);
  const heard = `a flow's first reply at the visitor's socket; ${setting}`;
  report({ metric: 'flow_reply_socket_p99_ms', value: greeted, unit, goal: 150, setting: heard });
  const shown = round(percentile(shownMs, 0.99), 1);
  const read = `a flow's first reply in a frame of the widget, from the key that sends; ${SHOWN} new conversations, one after the other, in Chromium beside the relay; ${syncTime()}`;
  report({ metric: 'flow_reply_screen_p99_ms', value: shown, unit, goal: 150, setting: read });
};
