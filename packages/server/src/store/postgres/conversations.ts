import type { View } from '@throughline/shared/schema';
import { holderOf } from '../holder.ts';
import type {
  Conversation,
  ConversationReads,
  ConversationRow,
  ListOptions,
  Tx,
} from '../store.ts';
import { type Db, json, jsonOrNull, places, type Value } from './db.ts';
import { queryOf } from './search.ts';

const ACTIVE = `status IN ('open', 'waiting')`;

/** What each view holds; the text matches the partial indexes. */
const condition: Record<View, string> = {
  mine: `assignee = $2 AND ${ACTIVE}`,
  unassigned: `assignee IS NULL AND ${ACTIVE}`,
  all: ACTIVE,
  snoozed: `status = 'snoozed'`,
  resolved: `status = 'resolved'`,
};

const COLUMNS = `c.id, c.site, c.contact, c.status, c.assignee, c.epoch, c.seq, c.pub, c.tags,
  c.snoozed_until AS "snoozedUntil", c.created_at AS "createdAt", c.active_at AS "activeAt",
  CASE WHEN c.last_id IS NOT NULL THEN
    json_build_object('id', c.last_id, 'text', c.last_text, 'by', c.last_by) END AS "lastMessage",
  c.visitor_pub AS "visitorPub", c.visitor_read AS "visitorRead", c.agent_read AS "agentRead", c.waiting, c.offer, c.parked, c.unanswered_since AS "unansweredSince",
  c.service, c.promises, c.approval, c.bot, c.advice, c.episode`;

const ROW = `${COLUMNS}, p.name AS "contactName", p.email AS "contactEmail"`;
const OF_CONTACT = 'LEFT JOIN contact p ON p.id = c.contact';
const SELECT = `SELECT ${COLUMNS} FROM conversation c`;

function list(db: Db, { view, agent, before, limit }: ListOptions): Promise<ConversationRow[]> {
  const values: Value[] = [limit];
  if (view === 'mine') values.push(agent);
  const n = values.length;
  if (before) values.push(before.activeAt, before.id);
  const page = before
    ? `AND (active_at, no) < ($${n + 1}, (SELECT no FROM conversation WHERE id = $${n + 2}))`
    : '';
  return db.rows(
    `WITH page AS (SELECT * FROM conversation WHERE ${condition[view]} ${page}
       ORDER BY active_at DESC, no DESC LIMIT $1)
     SELECT ${ROW} FROM page c ${OF_CONTACT} ORDER BY c.active_at DESC, c.no DESC`,
    values,
  );
}

type Counts = Awaited<ReturnType<ConversationReads['counts']>>;

async function counts(db: Db, cap: number): Promise<Counts> {
  const count = (view: View) =>
    `(SELECT count(*) FROM (SELECT 1 FROM conversation WHERE ${condition[view]} LIMIT $1) v) AS ${view}`;
  const [found, mine] = await Promise.all([
    db.row<Omit<Counts, 'mine'>>(
      `SELECT ${count('unassigned')}, ${count('all')}, ${count('snoozed')}, ${count('resolved')}`.replace(
        'AS all',
        'AS "all"',
      ),
      [cap + 1],
    ),
    db.rows<{ assignee: string; n: number }>(
      `SELECT assignee, count(*) AS n FROM conversation
       WHERE assignee IS NOT NULL AND ${ACTIVE} GROUP BY assignee`,
    ),
  ]);
  const own = mine.map(({ assignee, n }) => [assignee, Math.min(n, cap + 1)]);
  return { ...(found as Counts), mine: Object.fromEntries(own) };
}

/** Counted under the agent's row: whoever else gives them a conversation waits until we are done. */
async function loadOf(db: Db, agent: string): Promise<number> {
  if (db.hold) await db.row(`SELECT id FROM agent WHERE id = $1 ${db.hold}`, [agent]);
  const sql = 'SELECT count(*) AS n FROM conversation WHERE holder = $1';
  return (await db.row<{ n: number }>(sql, [agent]))?.n ?? 0;
}

async function search(db: Db, text: string, limit: number): Promise<ConversationRow[]> {
  const query = queryOf(text);
  if (!query) return [];
  return db.rows(
    `WITH hit AS (
       SELECT e.conversation, e.contact FROM event e WHERE e.log_offset IN (
         SELECT log_offset FROM search WHERE words @@ $1::tsquery ORDER BY log_offset DESC LIMIT 500)
     ), found AS (
       SELECT conversation AS no FROM hit WHERE conversation IS NOT NULL
       UNION
       SELECT c.no FROM hit JOIN conversation c ON c.contact = hit.contact
       WHERE hit.conversation IS NULL
     )
     SELECT ${ROW} FROM conversation c ${OF_CONTACT} WHERE c.no IN (SELECT no FROM found)
     ORDER BY c.active_at DESC, c.no DESC LIMIT $2`,
    [query, limit],
  );
}

export const conversationReads = (db: Db): ConversationReads => ({
  get: (id) => db.row<Conversation>(`${SELECT} WHERE c.id = $1 ${db.hold}`, [id]),
  async rows(ids) {
    const found = await db.rows<ConversationRow>(
      `SELECT ${ROW} FROM conversation c ${OF_CONTACT} WHERE c.id = ANY($1)`,
      [ids],
    );
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  },
  list: (options) => list(db, options),
  ofContact: (contact, limit) =>
    db.rows<Conversation>(
      `${SELECT} WHERE c.contact = $1 ORDER BY c.active_at DESC, c.no DESC LIMIT $2`,
      [contact, limit],
    ),
  allOf: (contact, after, limit) =>
    db.rows<Conversation>(`${SELECT} WHERE c.contact = $1 AND c.id > $2 ORDER BY c.id LIMIT $3`, [
      contact,
      after,
      limit,
    ]),
  loadOf: (agent) => loadOf(db, agent),
  active: (after, limit) =>
    db.rows<Conversation>(`${SELECT} WHERE c.id > $1 AND c.${ACTIVE} ORDER BY c.id LIMIT $2`, [
      after,
      limit,
    ]),
  async unreadOf(id, pub) {
    const found = await db.row<{ n: number }>(
      `SELECT count(*) AS n FROM event
       WHERE conversation = (SELECT no FROM conversation WHERE id = $1) AND seq > $2 AND pub > $2
       AND type = 'message.created' AND actor ->> 'kind' <> 'visitor'`,
      [id, pub],
    );
    return found?.n ?? 0;
  },
  // A conversation where nobody answered for long would be read to its end: that far is enough.
  async firstReplies({ site, since, limit, among }) {
    const found = await db.rows<{ ms: number }>(
      `WITH sample AS (
         SELECT no FROM conversation
         WHERE no > (SELECT max(no) FROM conversation) - $4
           AND site = $2 AND created_at >= $3 AND visitor_pub > 0
         ORDER BY no DESC LIMIT $1
       ), heard AS (SELECT
         (SELECT time FROM event WHERE conversation = s.no AND seq <= 100
           AND type IN ('message.created', 'form.submitted')
           AND actor ->> 'kind' = 'visitor' ORDER BY seq LIMIT 1) AS asked,
         (SELECT time FROM event WHERE conversation = s.no AND seq <= 100
           AND type = 'message.created' AND actor ->> 'kind' = 'agent' ORDER BY seq LIMIT 1) AS answered
         FROM sample s)
       SELECT answered - asked AS ms FROM heard WHERE answered >= asked`,
      [limit, site, since, among],
    );
    return found.map(({ ms }) => ms);
  },
  counts: (cap) => counts(db, cap),
  search: (query, limit) => search(db, query, limit),
});

/** What changes, and the columns it is kept in. */
const CHANGING: [string, (c: Conversation) => Value][] = [
  ['status', (c) => c.status],
  ['assignee', (c) => c.assignee],
  ['epoch', (c) => c.epoch],
  ['seq', (c) => c.seq],
  ['pub', (c) => c.pub],
  ['tags', (c) => json(c.tags)],
  ['snoozed_until', (c) => c.snoozedUntil],
  ['active_at', (c) => c.activeAt],
  ['last_id', (c) => c.lastMessage?.id ?? null],
  ['last_text', (c) => c.lastMessage?.text ?? null],
  ['last_by', (c) => c.lastMessage?.by ?? null],
  ['visitor_pub', (c) => c.visitorPub],
  ['visitor_read', (c) => c.visitorRead],
  ['agent_read', (c) => c.agentRead],
  ['waiting', (c) => jsonOrNull(c.waiting)],
  ['offer', (c) => jsonOrNull(c.offer)],
  ['parked', (c) => c.parked],
  ['unanswered_since', (c) => c.unansweredSince],
  ['service', (c) => json(c.service)],
  ['promises', (c) => json(c.promises)],
  ['approval', (c) => jsonOrNull(c.approval)],
  ['bot', (c) => jsonOrNull(c.bot)],
  ['advice', (c) => jsonOrNull(c.advice)],
  ['episode', (c) => json(c.episode)],
  ['holder', holderOf],
];
const columns = CHANGING.map(([name]) => name);
const bind = (row: Conversation): Value[] => CHANGING.map(([, read]) => read(row));
const BORN = ['id', 'site', 'contact', 'created_at'];

const INSERT = `INSERT INTO conversation (${[...columns, ...BORN].join(', ')})
  VALUES (${places([...columns, ...BORN])})`;
const SAVE = `UPDATE conversation SET (${columns.join(', ')}) = (${places(columns)})
  WHERE id = $${columns.length + 1}`;

/** `left` hears of what nobody waits for: a command is done when it has said how a row is to be. */
export const conversationWrites = (
  db: Db,
  left: (asked: Promise<unknown>) => void,
): Omit<Tx['conversations'], keyof ConversationReads> => ({
  async insert(row) {
    await db.run(INSERT, [...bind(row), row.id, row.site, row.contact, row.createdAt]);
  },
  save(row) {
    left(db.run(SAVE, [...bind(row), row.id]));
  },
  async move(from, into) {
    const moved = await db.rows<{ id: string }>(
      'UPDATE conversation SET contact = $1 WHERE contact = $2 RETURNING id',
      [into, from],
    );
    return moved.map(({ id }) => id);
  },
});
