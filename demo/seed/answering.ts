import { randomUUIDv7 } from 'node:crypto';
import { join } from 'node:path';
import {
  createBotSecrets,
  createTools,
  openBlueprint,
  readBlueprint,
  type Store,
} from '@throughline/server';
import type { Blueprint } from '@throughline/shared/schema';

/** Where the shop's programs listen on this machine. */
export interface Ports {
  crm: number;
  billing: number;
  bot: number;
}

/** What the relay signs with, by what it asks. */
export interface Signing {
  bot: string;
  tools: Record<string, string>;
}

const FILE = join(import.meta.dirname, 'throughline.yaml');
const BOT = 'orders';

/** The same program, wherever it listens today; in the file each has its usual port. */
function moved(url: string, { crm, billing, bot }: Ports): string {
  const ports: Record<string, number> = { 4610: crm, 4611: billing, 4612: bot };
  const { port, pathname } = new URL(url);
  return `http://127.0.0.1:${ports[port]}${pathname}`;
}

type Moving = Pick<Blueprint, 'bots' | 'tools'>;

const isHere = (url: string): boolean => new URL(url).hostname === '127.0.0.1';

/** The demo's own programs move along with its ports; what else is published stays as it is. */
function move<B extends Moving>(before: B, own: Moving): B {
  const urls = new Map([...(own.tools ?? []), ...(own.bots ?? [])].map((it) => [it.id, it.url]));
  const at = <T extends { id: string; url: string }>(it: T): T => ({
    ...it,
    url: (isHere(it.url) ? urls.get(it.id) : undefined) ?? it.url,
  });
  return { ...before, bots: before.bots?.map(at), tools: before.tools?.map(at) };
}

function readOwn(ports: Ports) {
  const { document, findings } = readBlueprint(FILE);
  if (!document || findings.length > 0) throw new Error(`${FILE}: ${JSON.stringify(findings)}`);
  const { bots = [], tools = [], flows = [] } = document;
  const here = <T extends { url: string }>(it: T): T => ({ ...it, url: moved(it.url, ports) });
  return { flows, bots: bots.map(here), tools: tools.map(here) };
}

/** Publishes what answers in the shop: all of it with a new shop, afterwards only where it is. */
export async function publishAnswering(
  store: Store,
  { ports, isNew }: { ports: Ports; isNew: boolean },
): Promise<Signing> {
  const blueprint = await openBlueprint(store, Date.now);
  const own = readOwn(ports);
  const change = (before: Blueprint): Blueprint =>
    isNew ? { ...before, ...own } : move(before, own);
  const { current } = blueprint;
  if (JSON.stringify(change(current)) !== JSON.stringify(current))
    await blueprint.publish(change, { by: 'demo' });
  return signing(store, blueprint);
}

async function signing(
  store: Store,
  blueprint: Awaited<ReturnType<typeof openBlueprint>>,
): Promise<Signing> {
  const parts = { blueprint, now: Date.now };
  const act = () => ({ id: randomUUIDv7(), actor: { kind: 'system' as const, id: 'demo' } });
  const made = createTools(store, parts);
  const bots = createBotSecrets(store, parts);
  const { bots: asked = [], tools: published = [] } = blueprint.current;
  const tools: Record<string, string> = {};
  for (const { id } of published)
    tools[id] = (await made.secretsOf(id))[0] ?? (await made.rotate(id, act()));
  // Without the bot in the blueprint nobody asks it, and nobody could.
  const isAsked = asked.some(({ id }) => id === BOT);
  const bot = isAsked ? ((await bots.of(BOT))[0] ?? (await bots.rotate(BOT, act()))) : '';
  return { bot, tools };
}
