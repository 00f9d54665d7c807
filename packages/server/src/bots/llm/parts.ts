import { randomUUIDv7 } from 'node:crypto';
import type { Site } from '@throughline/shared/schema';
import type { Conversations } from '../../conversations/commands.ts';
import type { Queries } from '../../conversations/queries.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Poster } from '../../lib/post.ts';
import type { Knowledge } from '../../settings/knowledge.ts';
import type { Spendings } from '../../settings/spendings.ts';
import type { Approvals, LlmParts } from './agent.ts';
import type { Search } from './built-in.ts';

export interface RelayParts {
  conversations: Pick<Conversations, 'run'>;
  queries: Pick<Queries, 'get'>;
  poster: Poster;
  knowledge: Knowledge;
  spendings: Spendings;
  /** Of a bot: for its endpoint, for the business's own tools. */
  botSecret(bot: string, whose: 'bot' | 'tools'): Promise<string | undefined>;
  site(key: string): Pick<Site, 'origins' | 'hours'> | undefined;
  now: Clock;
}

/** What was asked last stands in the row; that it is done now is a command, and given once. */
const approvalsOf = ({ queries, conversations }: RelayParts, bot: Bot): Approvals => ({
  last: async (conversation) => (await queries.get(conversation))?.approval ?? undefined,
  async use(conversation, { id: approval, hash }) {
    const who = { kind: 'bot', id: `bot:${bot.id}`, name: bot.name } as const;
    const input = { id: randomUUIDv7(), conversation, approval, hash };
    return (await conversations.run(who, 'approval:use', input)).ok;
  },
});

const searchIn =
  (knowledge: Knowledge): Search =>
  async (collections, query) =>
    (await knowledge.search(collections, query)).map(
      ({ collection, article, anchor, ...passage }) => ({
        ...passage,
        id: `${collection}/${article}#${anchor} ${passage.text.length}`,
      }),
    );

interface Bot {
  id: string;
  name: string;
}

/** What a bot of the kind `llm` needs of a relay. */
export const llmPartsOf = (parts: RelayParts, bot: Bot): LlmParts => ({
  poster: parts.poster,
  spendings: parts.spendings,
  approvals: approvalsOf(parts, bot),
  search: searchIn(parts.knowledge),
  secret: (whose) => parts.botSecret(bot.id, whose),
  origins: (site) => parts.site(site)?.origins ?? [],
  timeZone: (site) => parts.site(site)?.hours?.timeZone ?? 'UTC',
  now: parts.now,
});
