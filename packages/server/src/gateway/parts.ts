import type { Problem } from '@throughline/shared';
import type { Ephemeral } from '@throughline/shared/schema';
import type { Config } from '../config.ts';
import type { Contacts } from '../contacts/commands.ts';
import type { ProgramContacts } from '../contacts/program.ts';
import type { Provider } from '../contacts/provider.ts';
import type { SignIn } from '../contacts/sign-in.ts';
import type { Subscriptions } from '../contacts/subscriptions.ts';
import type { Conversations } from '../conversations/commands.ts';
import type { Links } from '../conversations/files/links.ts';
import type { Uploads } from '../conversations/files/uploads.ts';
import type { Queries } from '../conversations/queries.ts';
import type { ReplyTimes } from '../conversations/reply-times.ts';
import type { TurnReplies } from '../conversations/turn-replies.ts';
import type { Deliveries } from '../events/deliveries.ts';
import type { Log } from '../events/log.ts';
import type { Notices } from '../events/notices.ts';
import type { Replays } from '../events/replay.ts';
import type { Clock } from '../lib/clock.ts';
import type { Egress } from '../lib/egress.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { Poster } from '../lib/post.ts';
import type { Availabilities } from '../presence/availability.ts';
import type { Presence } from '../presence/presence.ts';
import type { Agents } from '../settings/agents.ts';
import type { Published } from '../settings/blueprint.ts';
import type { BotsInForce } from '../settings/bots/in-force.ts';
import type { BotSecrets } from '../settings/bots/secrets.ts';
import type { PartSettings } from '../settings/bots/settings.ts';
import type { Switches } from '../settings/bots/switches.ts';
import type { Endpoints } from '../settings/endpoints.ts';
import type { Identities } from '../settings/identity.ts';
import type { Keys } from '../settings/keys.ts';
import type { Knowledge } from '../settings/knowledge.ts';
import type { RoutingInForce } from '../settings/routing/in-force.ts';
import type { RoutingSettings } from '../settings/routing/settings.ts';
import type { Sessions } from '../settings/sessions.ts';
import type { SiteSecrets } from '../settings/site-secrets.ts';
import type { Sites } from '../settings/sites.ts';
import type { Sources } from '../settings/sources.ts';
import type { Spendings } from '../settings/spendings.ts';
import type { Tools } from '../settings/tools.ts';
import type { Colleague } from './announce.ts';
import type { Gates } from './limits.ts';
import type { Standings } from './standings.ts';

/** What the two namespaces and the routes are built from. */
export interface Parts {
  config: Config;
  /** What events outward name as their source: where people reach this relay. */
  source: string;
  events: Log;
  conversations: Conversations;
  contacts: Contacts;
  program: ProgramContacts;
  signIn: SignIn;
  subscriptions: Subscriptions;
  provider: Provider;
  sources: Sources;
  knowledge: Knowledge;
  spendings: Spendings;
  siteSecrets: SiteSecrets;
  egress: Egress;
  poster: Poster;
  identities: Identities;
  queries: Queries;
  uploads: Uploads;
  links: Links;
  replyTimes: ReplyTimes;
  agents: Agents;
  sessions: Sessions;
  keys: Keys;
  blueprint: Published;
  routingSettings: RoutingSettings;
  sites: Sites;
  routing: RoutingInForce;
  bots: BotsInForce;
  switches: Switches;
  botSecrets: BotSecrets;
  flowSettings: PartSettings<'flows'>;
  botSettings: PartSettings<'bots'>;
  toolSettings: PartSettings<'tools'>;
  tools: Tools;
  endpoints: Endpoints;
  deliveries: Deliveries;
  replays: Replays;
  notices: Notices;
  presence: Presence;
  availabilities: Availabilities;
  /** Who is signed in, and whether they take conversations. */
  colleagues(): Colleague[];
  turnReplies: TurnReplies;
  gates: Gates;
  metrics: Metrics;
  log: Logger;
  now: Clock;
  /** Why no command is taken at the moment: the relay is at its limit, or about to stop. */
  closedFor(): Problem | undefined;
  /** This endpoint is to be asked now: nothing waits for a time any more. */
  liftEndpoint(id: string): Promise<void>;
  toAgents(room: string, message: Ephemeral): void;
  toVisitors(room: string, message: Ephemeral): void;
  /** Where visitors stand in their lines. */
  standings: Standings;
  /** Tells open widgets and consoles which sites are not as they were. */
  announceSites(): void;
}
