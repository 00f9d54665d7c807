import { randomUUIDv7 } from 'node:crypto';
import type { Line } from '@throughline/shared/schema';
import type { BotEnd } from '../conversations/decision.ts';
import type { Principal } from '../conversations/policy.ts';
import type { LogRecord } from '../events/log.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import { type Answer, NoAnswer } from './participant.ts';
import type { BotsParts } from './parts.ts';
import type { Led } from './turn.ts';

type Parts = Pick<BotsParts, 'conversations' | 'crew' | 'log'>;

/** A bot speaks because of what the visitor did last, or because of its own turn before that. */
function speakerOf(row: Led, { crew }: Parts, lines: Line[] = []): Principal {
  const { kind = 'bot', name = row.bot.bot } = crew.get(row.bot.bot) ?? {};
  const last = lines.findLast(({ by }) => by === 'visitor');
  const cause = last ? { id: last.id, depth: row.bot.alone.turns + 1 } : null;
  return { kind: 'bot', id: `${kind}:${row.bot.bot}`, name, cause };
}

const turnIn = ({ id, bot: { run, visit } }: Led) => ({
  ...{ id: randomUUIDv7(), conversation: id },
  ...{ run, visit },
});

export const costIn = ({ usage, trace }: Pick<Answer, 'usage' | 'trace'>) => ({
  ...(usage && { usage }),
  ...(trace && { trace }),
});

export const costOf = (error: unknown): Pick<Answer, 'usage' | 'trace'> =>
  error instanceof NoAnswer ? costIn(error.spent) : {};

/** Where nobody is, or is about to be; whether that is still so. */
export async function begin(
  conversation: string,
  { id: bot, kind, name, version }: BotInForce,
  { conversations }: Parts,
): Promise<boolean> {
  const input = { id: randomUUIDv7(), conversation, run: randomUUIDv7(), bot, version };
  const who = { kind: 'bot', id: `${kind}:${bot}`, name } as const;
  return (await conversations.run(who, 'bot:begin', input)).ok;
}

interface Answered {
  answer: Answer;
  event: LogRecord | undefined;
  lines: Line[];
  final: boolean;
}

/**
 * Says what a bot answered; the command knows whether that still counts.
 * @throws where it cannot be said at all
 */
export async function act(
  row: Led,
  { answer, lines, event, final }: Answered,
  parts: Parts,
): Promise<void> {
  const { reply, approval, ...cost } = answer;
  const more = { ...(event && { since: event.offset }), ...(approval && { approval }) };
  const input = { ...turnIn(row), heard: row.seq, final, ...more, ...reply, ...costIn(cost) };
  const said = await parts.conversations.run(speakerOf(row, parts, lines), 'bot:act', input);
  if (!said.ok) throw new NoAnswer(`it said what cannot be: ${said.error.code}`, cost);
}

type How = Pick<BotEnd, 'outcome' | 'failure' | 'reason' | 'usage' | 'trace'>;

/** It does not go on: whoever is named for that does, or people. */
export async function end(row: Led, how: How, parts: Parts): Promise<void> {
  const next = how.outcome === 'routed' ? undefined : parts.crew.after(row.bot.bot);
  const after = next && { run: randomUUIDv7(), bot: next.id, version: next.version };
  const input = { ...turnIn(row), ...how, ...(after && { after }) };
  const outcome = await parts.conversations.run(speakerOf(row, parts), 'bot:end', input);
  if (!outcome.ok) parts.log.debug({ code: outcome.error.code }, 'the end of a bot was refused');
}

/** The visitor wrote on; `draft` is what it had written so far. */
export async function giveUp(row: Led, draft: string, parts: Parts): Promise<void> {
  await stop(row, draft ? { draft: [draft] } : {}, parts);
}

/** It was given up before, and has ended by now. */
export async function payFor(row: Led, error: unknown, parts: Parts): Promise<void> {
  const cost = costOf(error);
  if (cost.usage) await stop(row, cost, parts);
}

type Left = Pick<Answer, 'usage' | 'trace'> & { draft?: string[] };

async function stop(row: Led, left: Left, parts: Parts): Promise<void> {
  const input = { ...turnIn(row), ...left };
  await parts.conversations.run(speakerOf(row, parts), 'bot:give_up', input);
}
