import { join } from 'node:path';
import { problem } from '@throughline/shared';
import type { Config } from './config.ts';
import { createContacts } from './contacts/commands.ts';
import { openErasures } from './contacts/erasures.ts';
import { createContactExports } from './contacts/export.ts';
import { createProgramContacts } from './contacts/program.ts';
import { createProvider } from './contacts/provider.ts';
import { createSignIn } from './contacts/sign-in.ts';
import { openSubscriptions } from './contacts/subscriptions.ts';
import { createConversations } from './conversations/commands.ts';
import { createLinks } from './conversations/files/links.ts';
import { createUploads } from './conversations/files/uploads.ts';
import { createQueries } from './conversations/queries.ts';
import { createReplyTimes } from './conversations/reply-times.ts';
import { createTurnReplies } from './conversations/turn-replies.ts';
import { logOf } from './events/log.ts';
import { createNotices } from './events/notices.ts';
import { createReplays } from './events/replay.ts';
import { announcePresence, type Outlets } from './gateway/announce.ts';
import type { Cluster } from './gateway/cluster.ts';
import { createGates } from './gateway/limits.ts';
import type { Parts } from './gateway/parts.ts';
import { createSecurityLog } from './gateway/security-log.ts';
import { createSiteNews } from './gateway/site-news.ts';
import type { createSocketServer } from './gateway/sockets.ts';
import { createStandings } from './gateway/standings.ts';
import type { Bus } from './lib/bus.ts';
import type { Clock } from './lib/clock.ts';
import { createEgress } from './lib/egress.ts';
import type { Logger } from './lib/logger.ts';
import { createMetrics } from './lib/metrics.ts';
import { createPoster } from './lib/post.ts';
import { newToken } from './lib/secrets.ts';
import { createSigner, type Signer } from './lib/signer.ts';
import { openAvailabilities } from './presence/availability.ts';
import { createPresence, type Presence } from './presence/presence.ts';
import { createAccounts } from './settings/accounts.ts';
import { createAgents } from './settings/agents.ts';
import { openBlueprint } from './settings/blueprint.ts';
import { openBots } from './settings/bots/in-force.ts';
import { createBotSecrets } from './settings/bots/secrets.ts';
import { createPartSettings } from './settings/bots/settings.ts';
import { openSwitches } from './settings/bots/switches.ts';
import { createEndpoints } from './settings/endpoints.ts';
import { createIdentities } from './settings/identity.ts';
import { createKeys } from './settings/keys.ts';
import { createKnowledge } from './settings/knowledge.ts';
import { openRouting, termsOf } from './settings/routing/in-force.ts';
import { createRoutingSettings } from './settings/routing/settings.ts';
import { createSessions } from './settings/sessions.ts';
import { createSiteSecrets } from './settings/site-secrets.ts';
import { createSites } from './settings/sites.ts';
import { createSources } from './settings/sources.ts';
import { createSpendings } from './settings/spendings.ts';
import { createTools } from './settings/tools.ts';
import type { Blobs } from './store/blobs.ts';
import { madeOnce } from './store/made-once.ts';
import type { Store } from './store/store.ts';

/** Beyond this many commands waiting for the disk, new ones are refused until it shrinks (P19). */
const BACKLOG_MAX = 512;
const OVERLOAD_RETRY_MS = 500;
const RESTART_RETRY_MS = 2000;

export interface Ground {
  config: Config;
  log: Logger;
  now: Clock;
  blobs: Blobs;
  server: ReturnType<typeof createSocketServer>;
  bus: Bus;
  cluster: Cluster | undefined;
  isReady(): boolean;
}

/** Builds every part once, from the ground up. */
export async function assemble(store: Store, ground: Ground): Promise<Parts> {
  const { config, log, now, server, cluster, isReady } = ground;
  const outlets = announcePresence(server);
  const settings = await openSettings(store, ground);
  const { blueprint, sites, siteSecrets } = settings;
  const egress = createEgress(config.egressAllow);
  const sending = {
    now,
    log,
    source: config.publicUrl ?? `http://${config.host}:${config.port}`,
    events: logOf(store),
    endpoints: createEndpoints({ store, blueprint, egress, now }),
    deliveries: store.deliveries,
    notices: createNotices(store, now),
    metrics: createMetrics(),
  };
  const security = createSecurityLog(sending);
  const poster = createPoster(egress);
  const contacts = createContacts(store, now);
  const program = createProgramContacts(store, now);
  const signer = createSigner(
    await madeOnce(store, { owner: 'signer', make: newToken, now: now() }),
  );
  const conversations = createConversations(store, now, decidedBy(settings));
  return {
    ...sending,
    config,
    security,
    ...settings,
    replays: createReplays(store, now),
    ...(await createStaff(store, ground, outlets)),
    conversations,
    ...createFiles({ store, conversations, signer }, ground),
    contacts,
    exports: createContactExports(store),
    program,
    erasures: openErasures(config.dataDir),
    provider: createProvider({
      contacts,
      program,
      poster,
      now,
      site: sites.get,
      secretsOf: (site) => siteSecrets.of('context', site),
      onError: (err) => log.warn({ err }, 'a context provider did not answer'),
    }),
    sources: createSources(store, { blueprint, now }),
    identities: createIdentities(siteSecrets, now),
    egress,
    poster,
    queries: createQueries(store, signer, termsOf(settings.routing).replyDue),
    turnReplies: createTurnReplies(signer, ground.bus),
    replyTimes: createReplyTimes(store, now),
    ...(await createAccess(store, now)),
    gates: createGates(config.limits, cluster),
    closedFor() {
      if (!isReady()) return problem('going_away', { retryAfterMs: RESTART_RETRY_MS });
      if (store.backlog <= BACKLOG_MAX) return undefined;
      return problem('overloaded', { retryAfterMs: OVERLOAD_RETRY_MS });
    },
    toAgents: outlets.toAgents,
    toVisitors: outlets.toVisitors,
    standings: createStandings(outlets.toVisitorsHere),
    announceSites: createSiteNews(server, sites),
  };
}

/** Who is here, and whether they take conversations. */
async function createStaff(
  store: Store,
  { config, cluster, now, log, bus }: Ground,
  outlets: Outlets,
): Promise<Pick<Parts, 'presence' | 'availabilities' | 'colleagues'>> {
  let presence: Presence | undefined;
  const colleagues = () =>
    (presence?.agentsOnline() ?? []).map((who) => ({
      ...who,
      status: availabilities.statusOf(who.id),
    }));
  const availabilities = await openAvailabilities(store, {
    now,
    seesAll: () => (cluster ? cluster.client.isReady : config.postgres === undefined),
    // Leases of a relay that ended may run out while this one starts: nobody is here to be told.
    changed: () => presence && outlets.colleagues(colleagues()),
    onError: (err) => log.error({ err }, 'whether an agent takes conversations was not kept'),
  });
  presence = createPresence(
    { ...outlets.listener, agents: (all, here) => availabilities.follow(here, all) },
    bus,
  );
  return { presence, availabilities, colleagues };
}

/** What the business configures. */
async function openSettings(store: Store, { now, log }: Ground) {
  const blueprint = await openBlueprint(store, now, log);
  const sites = createSites(blueprint);
  return {
    blueprint,
    sites,
    siteSecrets: createSiteSecrets(store, { sites, now }),
    routingSettings: createRoutingSettings(store, blueprint),
    bots: openBots(blueprint),
    switches: await openSwitches(store, now),
    flowSettings: createPartSettings(blueprint, 'flows'),
    botSettings: createPartSettings(blueprint, 'bots'),
    botSecrets: createBotSecrets(store, { blueprint, now }),
    toolSettings: createPartSettings(blueprint, 'tools'),
    tools: createTools(store, { blueprint, now }),
    knowledge: createKnowledge(store, now),
    spendings: createSpendings(store, now),
    routing: await openRouting(blueprint, createAgents(store, now)),
  };
}

/** What decisions are held against, as it is published now. */
export const decidedBy = ({
  sites,
  routing,
  bots,
  switches,
}: Pick<Parts, 'sites' | 'routing' | 'bots' | 'switches'>): Parameters<
  typeof createConversations
>[2] => ({
  site: sites.get,
  ...termsOf(routing),
  bot(id) {
    const found = bots.current.get(id);
    return found && { version: found.version, on: switches.isOn(id) && found.mode === 'live' };
  },
});

/** Who may come in, and how whoever left is told. */
const createAccess = async (store: Store, now: Clock) => ({
  signIn: createSignIn(store, now),
  subscriptions: await openSubscriptions(store, now),
  agents: createAgents(store, now),
  accounts: createAccounts(store, now),
  sessions: createSessions(store, now),
  keys: createKeys(store, now),
});

function createFiles(
  { store, conversations, signer }: Pick<Parts, 'conversations'> & { store: Store; signer: Signer },
  { config, blobs, now }: Ground,
): Pick<Parts, 'uploads' | 'links'> {
  const ground = { store, blobs, now, signer };
  const { files: limits, scanner } = config;
  // The embedded store's lock is on the folder.
  const place = {
    incoming: join(config.dataDir, 'files/incoming'),
    isShared: config.postgres !== undefined,
  };
  return {
    uploads: createUploads({ ...ground, ...place, conversations, limits, scanner }),
    links: createLinks(ground),
  };
}
