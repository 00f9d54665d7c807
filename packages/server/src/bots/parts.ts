import type { Conversations } from '../conversations/commands.ts';
import type { Conversation, Queries } from '../conversations/queries.ts';
import type { Log } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import type { Sources } from '../settings/routing/view.ts';
import type { Crew } from './crew.ts';
import type { Recent } from './lines.ts';

/** What bots are run with. */
export interface BotsParts extends Sources {
  events: Log;
  conversations: Pick<Conversations, 'run'>;
  queries: Pick<Queries, 'get' | 'active' | 'facts' | 'rowsOf' | 'happened' | 'isBlocked'> & Recent;
  crew: Crew;
  /** Who is signed in, and whether they take conversations. */
  colleagues(): { status: string }[];
  /** Its visitor is told that a bot thinks; returns the end of it. */
  writing(row: Conversation, bot: Pick<BotInForce, 'id' | 'name'>): () => void;
  now: Clock;
  log: Logger;
}
