import {
  createAgents,
  createBotSecrets,
  createEgress,
  createEndpoints,
  createKeys,
  createSessions,
  createSites,
  openBlueprint,
  type Store,
} from '@throughline/server';
import { uuidv7 } from '@throughline/shared';
import type { Bot, Site } from '@throughline/shared/schema';
import type { AgentKeys } from './players/agent.ts';

export interface Furnished {
  agents: AgentKeys[];
  /** Of a program that may read all and change endpoints. */
  key: string;
  endpoint: string;
  /** Where the log ended: from here on sinks get everything. */
  head: number;
}

interface Wanted {
  /** The key of each, and from which pages it is used. */
  sites: { key: string; origin: string }[];
  agents: number;
  hook: string;
  bot: string;
}

const BY = { by: 'referee' };
const LOOK = { accent: '#3457d5', greeting: '', language: null, position: 'right' as const };
const siteOf = ({ key, origin }: Wanted['sites'][number]): Site => ({
  ...{ key, name: key, origins: [origin], ...LOOK },
});

const helperAt = (url: string): Bot => ({
  ...{ id: 'helper', name: 'Helper', kind: 'http', url, shape: 'throughline' },
  ...{ start: {}, deadlineMs: 5000, mode: 'live' },
});

async function hire(store: Store, count: number): Promise<AgentKeys[]> {
  const agents = createAgents(store, Date.now);
  const sessions = createSessions(store, Date.now);
  const hired: AgentKeys[] = [];
  for (let i = 0; i < count; i += 1) {
    const about = { email: `agent-${i}@storm.example`, name: `Agent ${i}`, role: 'admin' as const };
    const { agent } = await agents.invite(about);
    const { token, session } = await sessions.open(agent);
    hired.push({ id: agent.id, cookie: `throughline=${token}`, csrf: session.csrf });
  }
  return hired;
}

/** Sites, people, a program, a bot and an endpoint, before the first relay. */
export async function furnish(store: Store, wanted: Wanted): Promise<Furnished> {
  const blueprint = await openBlueprint(store, Date.now);
  const sites = createSites(blueprint);
  for (const site of wanted.sites) await sites.put(siteOf(site), 'referee');
  await blueprint.publish((before) => ({ ...before, bots: [helperAt(wanted.bot)] }), BY);
  const act = { id: uuidv7(), actor: { kind: 'system' as const, id: 'referee' } };
  await createBotSecrets(store, { blueprint, now: Date.now }).rotate('helper', act);
  const egress = createEgress(['127.0.0.0/8']);
  const endpoints = createEndpoints({ store, blueprint, egress, now: Date.now });
  const about = { url: wanted.hook, description: '', types: ['*'], pii: 'content' as const };
  const { endpoint } = await endpoints.create({ ...about, order: 'any', paused: false }, BY);
  const key = await createKeys(store, Date.now).create({
    ...{ name: 'Reader', createdBy: 'referee', pii: 'content' },
    scopes: ['events:read', 'endpoints:write'],
  });
  const agents = await hire(store, wanted.agents);
  return { agents, key: key.secret, endpoint: endpoint.id, head: await store.read.events.head() };
}
