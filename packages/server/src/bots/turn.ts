import { effectiveFacts } from '@throughline/shared';
import type { Fact, Line, Turn } from '@throughline/shared/schema';
import type { BotRun, Conversation } from '../conversations/queries.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import type { Sources } from '../settings/routing/view.ts';

/** A conversation a bot has the floor of. */
export type Led = Conversation & { bot: BotRun };

/** What of a run a bot is told. */
type Told = Omit<Conversation, 'bot'> & {
  bot: Pick<BotRun, 'run' | 'visit' | 'goal' | 'asked' | 'state'>;
};

/** Why it is asked, and until when its answer is waited for. */
export interface Asking {
  reason: Turn['reason'];
  event?: Turn['event'];
  deadlineAt: number;
}

/** What counts of what is said, as people may see it. */
const factsIn = (said: Fact[], now: number): Fact[] =>
  effectiveFacts(said, now).flatMap(({ stale, reason: _, others: _o, ...fact }) =>
    stale ? [] : [fact],
  );

/** What a bot is given: of the contact and of this matter, and nothing from before. */
export async function turnOf(
  row: Told,
  { bot, lines, asking, now }: { bot: BotInForce; lines: Line[]; asking: Asking; now: number },
  { contacts, queries }: Sources,
): Promise<Turn> {
  const contact = await contacts.summary(row.contact, 'people');
  const said = [...(contact?.facts ?? []), ...(await queries.facts(row.id, 'people'))];
  const { page, language } = contact?.context ?? {};
  return {
    version: 1,
    id: `${row.bot.run}:${row.bot.visit}`,
    ...asking,
    bot: { id: bot.id, version: bot.version },
    ...(bot.mode !== 'live' && { mode: bot.mode }),
    conversation: { id: row.id, site: row.site, language: language ?? null, page: page ?? null },
    contact: {
      id: row.contact,
      externalId: contact?.externalId ?? null,
      verified: contact?.verified ?? false,
      name: contact?.name ?? null,
      facts: factsIn(said, now),
    },
    lines,
    heard: row.seq,
    goal: row.bot.goal,
    asked: row.bot.asked,
    state: row.bot.state as Turn['state'],
  };
}
