import { randomUUIDv7 } from 'node:crypto';
import {
  type Config,
  createAgents,
  createContacts,
  createConversations,
  createSites,
  openBlueprint,
  openStore,
  type Store,
  stranger,
} from '@throughline/server';
import { openSignInKey, publicPart } from '../shop/sign-in.ts';
import { openKeys, type Secrets } from '../systems/keys.ts';
import { type Ports, publishAnswering } from './answering.ts';
import { opens, writeArticle } from './opens.ts';
import {
  type Colleague,
  colleagues,
  devices,
  SITE,
  type Step,
  type Story,
  stories,
} from './stories.ts';

const MINUTE_MS = 60_000;

interface Seeding extends Pick<Config, 'dataDir' | 'createDataDir' | 'postgres'> {
  /** Pages that may use the demo's site. */
  origins: string[];
  /** Where the shop's programs listen. */
  ports: Ports;
}

type Principal = Parameters<ReturnType<typeof createConversations>['run']>[0];
type Staff = Record<Colleague['key'], Principal & { kind: 'agent' }>;

/**
 * Fills an empty store with a shop's morning, through the same commands a browser would give. Answers
 * with the keys of the shop's own systems.
 */
export async function seed(seeding: Seeding): Promise<Secrets> {
  const { dataDir, origins, ports } = seeding;
  const store = await openStore(seeding);
  try {
    const shop = openSignInKey(dataDir);
    const sites = createSites(await openBlueprint(store, Date.now));
    const known = sites.get(SITE);
    const site = {
      key: SITE,
      name: 'Fernway Supply',
      accent: '#2f6b4f',
      greeting: 'Hi! Ask us anything about gear, orders or your next trip.',
      language: null,
      position: 'right' as const,
      ...(known ?? opens),
      origins,
      identity: { algorithm: 'EdDSA' as const, keys: [publicPart(shop)] },
    };
    if (JSON.stringify(known) !== JSON.stringify(site)) await sites.put(site, 'demo');
    const signing = await publishAnswering(store, { ports, isNew: !known });
    const keys = { ...(await openKeys(store, dataDir)), ...signing, shop };
    if (known) return keys;
    await writeArticle(store);
    const staff = await invite(store);
    for (const story of stories) await tell(store, staff, story);
    return keys;
  } finally {
    await store.close();
  }
}

async function invite(store: Store): Promise<Staff> {
  const agents = createAgents(store, Date.now);
  const staff: Partial<Staff> = {};
  for (const { key, name, email } of colleagues) {
    const { agent } = await agents.invite({ name, email, role: 'agent' });
    staff[key] = { kind: 'agent', id: agent.id, name };
  }
  return staff as Staff;
}

async function tell(store: Store, staff: Staff, story: Story): Promise<void> {
  const startMs = Date.now();
  let time = startMs;
  const conversations = createConversations(store, () => time);
  const contacts = createContacts(store, () => time);
  const contact = randomUUIDv7();
  const conversation = randomUUIDv7();
  const visitor = { kind: 'visitor' as const, id: contact, site: SITE };
  const tokenHash = `demo ${contact}`;
  const about = () => ({ id: randomUUIDv7(), conversation });

  time = startMs - (story.steps[0]?.[0] ?? 0) * MINUTE_MS - 5000;
  const { path, title } = story.page;
  const context = {
    page: { url: `https://fernway.example${path.replace('/demo', '')}`, title },
    language: story.language,
    userAgent: devices[story.device],
  };
  await conversations.start(
    visitor,
    { ...about(), context },
    { contact: stranger(contact, SITE, time), tokenHash },
  );
  const who = { id: contact, site: SITE, tokenHash };
  if (story.who) await contacts.run(who, 'contact:identify', { id: randomUUIDv7(), ...story.who });
  if (story.attributes)
    await contacts.run(who, 'contact:update', { id: randomUUIDv7(), attributes: story.attributes });
  let epoch = 0;
  for (const [minutesAgo, step] of story.steps) {
    time = startMs - minutesAgo * MINUTE_MS;
    if ('takes' in step) {
      const assignee = staff[step.agent].id;
      const input = { ...about(), assignee, expectedEpoch: epoch };
      await conversations.run(staff[step.agent], 'conversation:assign', input);
      epoch += 1;
    } else await take(conversations, { step, about, staff, visitor, time });
  }
}

interface Moment {
  step: Exclude<Step, { takes: true }>;
  about(): { id: string; conversation: string };
  staff: Staff;
  visitor: Principal;
  time: number;
}

function take(
  conversations: ReturnType<typeof createConversations>,
  { step, about, staff, visitor, time }: Moment,
): Promise<unknown> {
  if ('visitor' in step)
    return conversations.run(visitor, 'message:send', { ...about(), text: step.visitor });
  const agent = staff[step.agent];
  if ('says' in step)
    return conversations.run(agent, 'message:send', { ...about(), text: step.says });
  if ('notes' in step)
    return conversations.run(agent, 'note:add', { ...about(), text: step.notes });
  if ('tags' in step)
    return conversations.run(agent, 'conversation:tag', { ...about(), tags: step.tags });
  if ('resolves' in step) return conversations.run(agent, 'conversation:resolve', about());
  const until = time + step.snoozesForHours * 3_600_000;
  return conversations.run(agent, 'conversation:snooze', { ...about(), until });
}
