import { randomUUIDv7 } from 'node:crypto';
import { activePages } from '../conversations/active.ts';
import type { Conversations } from '../conversations/commands.ts';
import type { Conversation, Queries } from '../conversations/queries.ts';
import type { Log, LogRecord } from '../events/log.ts';
import type { Logger } from '../lib/logger.ts';
import { type Accounts, changesAccess } from '../settings/accounts.ts';

interface Parts {
  events: Pick<Log, 'head' | 'follow'>;
  queries: Pick<Queries, 'get' | 'active'>;
  accounts: Pick<Accounts, 'list'>;
  conversations: Pick<Conversations, 'run'>;
  log: Logger;
}

const ROUTER = { kind: 'system', id: 'routing' } as const;

/** Whether a conversation may have come to somebody: given to them, or open again with whoever had it. */
const comesBack = ({ type, data }: LogRecord): boolean =>
  type === 'conversation.reopened' ||
  (type === 'conversation.snoozed' && 'until' in data && data.until === null) ||
  (type === 'conversation.assigned' && 'assignee' in data && data.assignee !== null);

/**
 * Whoever is shut out has nothing: what they had is everybody's, and routing takes it from there where
 * there is one. Returns the end of it.
 */
export async function freeFromLeavers(parts: Parts): Promise<() => Promise<void>> {
  const { events, queries, accounts, conversations, log } = parts;
  let gone: ReadonlySet<string> = new Set();

  async function free(row: Conversation | undefined): Promise<void> {
    if (!row || row.assignee === null || !gone.has(row.assignee)) return;
    const command = { id: randomUUIDv7(), conversation: row.id, expectedEpoch: row.epoch };
    const outcome = await conversations.run(ROUTER, 'conversation:unassign', command);
    // Somebody else has it by now.
    if (!outcome.ok) log.debug({ code: outcome.error.code }, 'a conversation was not freed');
  }

  async function sweep(): Promise<void> {
    const all = await accounts.list();
    gone = new Set(all.filter(({ disabled }) => disabled).map(({ id }) => id));
    if (gone.size === 0) return;
    for await (const rows of activePages(queries)) for (const row of rows) await free(row);
  }

  async function hear(records: LogRecord[]): Promise<void> {
    if (records.some(changesAccess)) await sweep();
    if (gone.size === 0) return;
    for (const record of records)
      if (record.conversation !== null && comesBack(record))
        await free(await queries.get(record.conversation));
  }

  // Before what is read: nothing falls between the two.
  const from = await events.head();
  await sweep();
  const onError = (err: unknown) =>
    log.error({ err, follower: 'leavers' }, 'follower failed; trying again');
  const follower = await events.follow({ from, handle: hear, onError });
  return () => follower.stop();
}
