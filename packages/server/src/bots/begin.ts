import type { Line, Site } from '@throughline/shared/schema';
import { type Conversation, mayBegin } from '../conversations/queries.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import { isOpen } from '../settings/routing/opening.ts';
import { type Sources, viewOf } from '../settings/routing/view.ts';
import { flowScope } from '../settings/routing/vocabulary.ts';
import { linesOf, type Recent } from './lines.ts';
import type { BotsParts } from './parts.ts';
import { wantsPerson } from './wants-person.ts';

/** What conditions of bots are asked of. */
export interface Surroundings extends Sources {
  now: number;
  /** How many people take conversations. */
  available: number;
}

/** Whoever has waited longer waits for a person: to be greeted now would be odd. */
const FRESH_MS = 60_000;
/** A form before a conversation is followed by what it is about. */
const FORM_GAP_MS = 1000;

export const aroundOf = ({
  colleagues,
  now,
  ...parts
}: Pick<BotsParts, 'colleagues' | 'now'> & Sources): Surroundings => ({
  ...parts,
  available: colleagues().filter(({ status }) => status === 'available').length,
  now: now(),
});

const isOpenAt = (site: Site | undefined, now: number): boolean =>
  site?.hours === undefined || isOpen(site.hours, now);

/** What conditions see, with the variables of the moment. */
export async function scopeFor(row: Parameters<typeof viewOf>[0], around: Surroundings) {
  const { now, available, site } = around;
  const view = await viewOf(row, around, { now, load: { available } });
  const open = isOpenAt(site(row.site), now);
  return (vars: Parameters<typeof flowScope>[1]['vars']) => flowScope(view, { open, vars });
}

function isFresh(row: Conversation, now: number): boolean {
  const { unansweredSince, lastMessage, agentRead, episode } = row;
  return (
    unansweredSince !== null &&
    now - unansweredSince <= FRESH_MS &&
    // Whoever has been read, or answered, has somebody already.
    agentRead <= episode.pub &&
    (lastMessage === null || lastMessage.by === 'visitor')
  );
}

/** Whether they ask for a person in what a bot has not heard. */
export const isPersonAskedFor = (lines: Line[], heard: number): boolean =>
  lines.some(
    ({ seq, by, text, answer }) => by === 'visitor' && seq > heard && !answer && wantsPerson(text),
  );

/** Which of the bots that may speak begins, in the order they are published. */
export async function beginning(
  row: Conversation,
  { bots, around, recent }: { bots: Iterable<BotInForce>; around: Surroundings; recent: Recent },
): Promise<BotInForce | 'soon' | undefined> {
  const { now } = around;
  const mayStart = [...bots].filter(({ start }) => start);
  if (mayStart.length === 0 || !mayBegin(row) || !isFresh(row, now)) return undefined;
  const lines = await linesOf(row, recent);
  if (lines.every(({ answer }) => answer) && now < row.activeAt + FORM_GAP_MS) return 'soon';
  if (lines.length === 0 || isPersonAskedFor(lines, 0)) return undefined;
  const scope = await scopeFor(row, around);
  return mayStart.find(({ start }) => !start?.when || start.when.evaluate(scope({})) === true);
}
