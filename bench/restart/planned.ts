import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from '@throughline/widget/client';
import { percentile } from '../figures.ts';
import { accepting, end, RELAY, relayProcess } from './relay.ts';
import { SITE } from './years.ts';

const CLIENTS = 200;
/** Each says something so often, whatever happens to the relay. */
const EVERY_MS = 1000;
const BEFORE_MS = 3000;
const PATIENCE_MS = 60_000;
const LOOK_MS = 5;

/** What one widget's client asked for, and when it was answered. */
interface Said {
  client: Client;
  key: string;
  askedMs: number;
  answeredMs?: number;
}

const isOpen = ({ client, key }: Said): boolean =>
  client.getState().outbox.some(({ input }) => input.id === key);

/** Clients that go on talking; whatever leaves an outbox has been answered. */
function talk(clients: readonly Client[]) {
  const said: Said[] = [];
  let open: Said[] = [];
  let asks = true;
  const looking = setInterval(() => {
    open = open.filter((one) => {
      if (isOpen(one)) return true;
      one.answeredMs = performance.now();
      return false;
    });
  }, LOOK_MS);
  const talking = clients.map(async (client, i) => {
    await sleep((EVERY_MS * i) / clients.length);
    let conversationId: string | undefined;
    while (asks) {
      const to = conversationId ? { conversationId } : {};
      const sent = client.sendMessage('Is anybody there?', to);
      conversationId = sent.conversationId;
      const one = { client, key: sent.messageId, askedMs: performance.now() };
      said.push(one);
      open.push(one);
      await sleep(EVERY_MS);
    }
  });
  return {
    /** Hands back all that was said once it was answered, or was not in time. */
    async stop(): Promise<Said[]> {
      asks = false;
      await Promise.all(talking);
      for (let ms = 0; open.length > 0 && ms < PATIENCE_MS; ms += LOOK_MS) await sleep(LOOK_MS);
      clearInterval(looking);
      return said;
    },
  };
}

/** The longest in which nobody was answered. */
function gapOf(said: readonly Said[]): number {
  const answers = said.flatMap(({ answeredMs }) => answeredMs ?? []).sort((a, b) => a - b);
  return Math.max(...answers.map((at, i) => at - (answers[i - 1] ?? at)));
}

/** SIGTERM and a start on the same store, under people who write: what they notice of it. */
export async function restartPlanned(dataDir: string) {
  let relay = relayProcess(dataDir);
  await accepting();
  const clients = Array.from({ length: CLIENTS }, () => {
    const client = createClient({ relay: RELAY, site: SITE.key, origin: SITE.origin });
    client.start();
    return client;
  });
  const talking = talk(clients);
  await sleep(BEFORE_MS);
  const fromMs = performance.now();
  await end(relay, 'SIGTERM');
  relay = relayProcess(dataDir);
  await accepting();
  const acceptingMs = performance.now() - fromMs;
  await sleep(BEFORE_MS);
  const said = await talking.stop();
  for (const client of clients) client.stop();
  await end(relay, 'SIGTERM');
  const meanwhile = said.filter(
    ({ askedMs, answeredMs = Infinity }) => answeredMs >= fromMs && askedMs < fromMs + acceptingMs,
  );
  return {
    said: said.length,
    failed: said.filter(({ answeredMs }) => answeredMs === undefined).length,
    ...{ gapMs: gapOf(said), acceptingMs },
    waitMs: percentile(
      meanwhile.map(({ askedMs, answeredMs = Infinity }) => answeredMs - askedMs),
      0.95,
    ),
  };
}

export const PLANNED = { clients: CLIENTS, perSecond: (CLIENTS * 1000) / EVERY_MS };
