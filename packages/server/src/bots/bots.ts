import { randomUUIDv7 } from 'node:crypto';
import type { Conversations } from '../conversations/commands.ts';
import { type Conversation, isFlowing, type Queries } from '../conversations/queries.ts';
import type { Follows } from '../events/keep-up.ts';
import type { Log, LogRecord } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import { type Clockwork, createClockwork } from '../lib/clockwork.ts';
import type { Logger } from '../lib/logger.ts';
import { createTurnstile } from '../lib/turnstile.ts';
import type { FlowsInForce } from '../settings/flows/in-force.ts';
import type { Sources } from '../settings/routing/view.ts';
import { beginning, type Desk, failing, type Given, nextTurn } from './turn.ts';

export interface BotsParts extends Sources {
  events: Log;
  conversations: Pick<Conversations, 'run'>;
  queries: Pick<Queries, 'get' | 'active' | 'facts' | 'saidAfter'>;
  flows: FlowsInForce;
  /** Who is signed in, and whether they take conversations. */
  colleagues(): { status: string }[];
  now: Clock;
  log: Logger;
}

export interface Bots extends Follows {
  /**
   * Whether a flow answers a conversation, is about to, or has done so since its row was read; it begins
   * where it may. Never fails.
   */
  claims(row: Conversation): Promise<boolean>;
}

const PAGE = 1000;
const LATER_MS = 1000;

const SAID = new Set(['message.created', 'message.action_clicked', 'form.submitted']);

const deskOf = ({ flows, colleagues, now, ...parts }: BotsParts): Desk => ({
  ...parts,
  flows: flows.current,
  available: colleagues().filter(({ status }) => status === 'available').length,
  now: now(),
});

/** Says what a turn comes to. What is refused was decided behind the log, and is looked at again. */
async function give({ name, turn }: Given, parts: BotsParts): Promise<boolean> {
  const who = { kind: 'bot', id: `flow:${turn.flow}`, name } as const;
  const input = { id: randomUUIDv7(), ...turn };
  const outcome = await parts.conversations.run(who, 'flow:step', input);
  if (!outcome.ok) parts.log.debug({ code: outcome.error.code }, 'a turn of a flow was refused');
  return outcome.ok;
}

/** The turn of a flow that runs; one that cannot be made ends it, so that nobody waits for a silent bot. */
async function turnOf(row: Conversation, parts: BotsParts): Promise<Given | undefined> {
  try {
    return await nextTurn(row, deskOf(parts));
  } catch (err) {
    parts.log.error({ err, flow: row.flow?.flow }, 'a flow failed');
    return failing(row);
  }
}

/** A flow's own follower: from rows to turns, from turns to commands, like the router beside it. */
export function createBots(parts: BotsParts): Bots {
  const { queries, log } = parts;
  const clockwork: Clockwork = createClockwork();
  // Two turns of one conversation at a time would be one too many.
  const inTurn = createTurnstile();

  const later = (id: string): void => clockwork.set(id, parts.now() + LATER_MS);

  async function begin(row: Conversation): Promise<boolean> {
    const given = await beginning(row, deskOf(parts));
    if (!given) return false;
    if (given === 'soon') {
      later(row.id);
      return true;
    }
    const isGiven = await give(given, parts);
    await wait(row.id);
    return isGiven;
  }

  /** From now on it is looked at when its time is over, or somebody says something. */
  async function wait(id: string): Promise<void> {
    const row = await queries.get(id);
    clockwork.set(id, row && isFlowing(row) ? (row.flow?.until ?? null) : null);
  }

  /** @returns whether a flow has it */
  async function look(id: string): Promise<boolean> {
    const row = await queries.get(id);
    if (!row) return false;
    if (!isFlowing(row)) return mayConcern(row) && begin(row);
    const given = await turnOf(row, parts);
    if (given && !(await give(given, parts))) later(id);
    else await wait(id);
    return true;
  }

  /** One that fails keeps nobody else waiting. */
  const lookSafely = (id: string): Promise<boolean> =>
    look(id).catch((err: unknown) => {
      log.error({ err, conversation: id }, 'a flow failed');
      later(id);
      return false;
    });

  const isOther = async ({ id, flow }: Conversation): Promise<boolean> =>
    (await queries.get(id))?.flow?.outcome !== flow?.outcome;

  /** Where no flow is published, nothing is looked at but what one has begun. */
  const mayConcern = (row: Conversation): boolean => isFlowing(row) || parts.flows.current.size > 0;

  async function rebuild(): Promise<void> {
    await parts.flows.refresh();
    let rows = await queries.active('', PAGE);
    while (rows.length > 0) {
      for (const row of rows) if (mayConcern(row)) await lookSafely(row.id);
      rows = await queries.active(rows.at(-1)?.id ?? '', PAGE);
    }
  }

  async function hear(records: LogRecord[]): Promise<void> {
    if (records.some(({ type }) => type === 'config.published')) return rebuild();
    const said = records.filter(({ type, actor }) => actor.kind === 'visitor' && SAID.has(type));
    for (const id of new Set(said.map(({ conversation }) => conversation)))
      if (id !== null) await lookSafely(id);
  }

  return {
    rebuild: () => inTurn(rebuild),
    hear: (records) => inTurn(() => hear(records)),
    tick: () =>
      inTurn(async () => {
        for (const id of clockwork.due(parts.now())) await lookSafely(id);
      }),
    claims: (row) => inTurn(async () => (await lookSafely(row.id)) || (await isOther(row))),
  };
}
