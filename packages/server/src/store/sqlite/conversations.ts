import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { View } from '@throughline/shared/schema';
import { holderOf } from '../holder.ts';
import type {
  Conversation,
  ConversationReads,
  ConversationRow,
  ListOptions,
  Tx,
} from '../store.ts';
import type { RowCache } from './row-cache.ts';
import { matchExpression } from './search.ts';

type Row = Record<string, SQLInputValue>;

const ACTIVE = `status IN ('open', 'waiting')`;

/** What each view holds; the text matches the partial indexes word for word. */
const condition: Record<View, string> = {
  mine: `assignee = :agent AND ${ACTIVE}`,
  unassigned: `assignee IS NULL AND ${ACTIVE}`,
  all: ACTIVE,
  snoozed: `status = 'snoozed'`,
  resolved: `status = 'resolved'`,
};

const jsonOrNull = (text: SQLInputValue | undefined) =>
  text === null ? null : JSON.parse(text as string);

const toConversation = (row: Row): Conversation =>
  ({
    id: row.id,
    site: row.site,
    contact: row.contact,
    status: row.status,
    assignee: row.assignee,
    epoch: row.epoch,
    seq: row.seq,
    pub: row.pub,
    tags: row.tags === '[]' ? [] : JSON.parse(row.tags as string),
    snoozedUntil: row.snoozed_until,
    createdAt: row.created_at,
    activeAt: row.active_at,
    lastMessage:
      row.last_id === null ? null : { id: row.last_id, text: row.last_text, by: row.last_by },
    visitorPub: row.visitor_pub,
    visitorRead: row.visitor_read,
    agentRead: row.agent_read,
    waiting: jsonOrNull(row.waiting),
    offer: jsonOrNull(row.offer),
    parked: row.parked === 1,
    unansweredSince: row.unanswered_since,
    service: JSON.parse(row.service as string),
    promises: row.promises === '[]' ? [] : JSON.parse(row.promises as string),
    approval: jsonOrNull(row.approval),
    bot: jsonOrNull(row.bot),
    advice: jsonOrNull(row.advice),
    episode: JSON.parse(row.episode as string),
  }) as Conversation;

const toRow = (row: Row): ConversationRow => ({
  ...toConversation(row),
  contactName: row.contact_name as string | null,
  contactEmail: row.contact_email as string | null,
});

const WITH_CONTACT = `SELECT c.*, p.name AS contact_name, p.email AS contact_email
  FROM conversation c LEFT JOIN contact p ON p.id = c.contact`;

function listReads(db: DatabaseSync): Pick<ConversationReads, 'list' | 'counts'> {
  const lists = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepare = (view: View, paged: boolean) => {
    const key = `${view} ${paged}`;
    const known = lists.get(key);
    if (known) return known;
    const page = paged
      ? 'AND (active_at, no) < (:activeAt, (SELECT no FROM conversation WHERE id = :before))'
      : '';
    const made = db.prepare(
      `WITH page AS (SELECT * FROM conversation WHERE ${condition[view]} ${page}
         ORDER BY active_at DESC, no DESC LIMIT :limit)
       SELECT c.*, p.name AS contact_name, p.email AS contact_email
       FROM page c LEFT JOIN contact p ON p.id = c.contact ORDER BY c.active_at DESC, c.no DESC`,
    );
    lists.set(key, made);
    return made;
  };
  const count = (view: 'unassigned' | 'all' | 'snoozed' | 'resolved') =>
    db.prepare(
      `SELECT count(*) AS n FROM (SELECT 1 FROM conversation WHERE ${condition[view]} LIMIT ?)`,
    );
  const [unassigned, all, snoozed, resolved] = [
    count('unassigned'),
    count('all'),
    count('snoozed'),
    count('resolved'),
  ];
  const mine = db.prepare(
    `SELECT assignee, count(*) AS n FROM conversation
     WHERE assignee IS NOT NULL AND ${ACTIVE} GROUP BY assignee`,
  );
  return {
    list: ({ view, agent, before, limit }: ListOptions) =>
      prepare(view, before !== undefined)
        .all({
          limit,
          ...(view === 'mine' ? { agent } : {}),
          ...(before ? { activeAt: before.activeAt, before: before.id } : {}),
        })
        .map((row) => toRow(row as Row)),
    counts: (cap) => ({
      unassigned: Number(unassigned.get(cap + 1)?.n),
      all: Number(all.get(cap + 1)?.n),
      snoozed: Number(snoozed.get(cap + 1)?.n),
      resolved: Number(resolved.get(cap + 1)?.n),
      mine: Object.fromEntries(
        mine.all().map((row) => [row.assignee, Math.min(Number(row.n), cap + 1)]),
      ),
    }),
  };
}

export function conversationReads(db: DatabaseSync): ConversationReads {
  const get = db.prepare('SELECT * FROM conversation WHERE id = ?');
  // One question for all: each by itself would lock the database, and forget what it knew of it.
  const rows = db.prepare(
    `SELECT c.*, p.name AS contact_name, p.email AS contact_email
     FROM json_each(?) wanted CROSS JOIN conversation c ON c.id = wanted.value
     LEFT JOIN contact p ON p.id = c.contact`,
  );
  const ofContact = db.prepare(
    'SELECT * FROM conversation WHERE contact = ? ORDER BY active_at DESC, no DESC LIMIT ?',
  );
  const allOf = db.prepare(
    'SELECT * FROM conversation WHERE contact = ? AND id > ? ORDER BY id LIMIT ?',
  );
  const load = db.prepare('SELECT count(*) AS n FROM conversation WHERE holder = ?');
  // Left to itself it goes by id, through all there ever were.
  const active = db.prepare(
    `SELECT * FROM conversation INDEXED BY conversation_active
     WHERE id > ? AND ${ACTIVE} ORDER BY id LIMIT ?`,
  );
  const unread = db.prepare(
    `SELECT count(*) AS n FROM event
     WHERE conversation = (SELECT no FROM conversation WHERE id = :id) AND seq > :pub AND pub > :pub
     AND type = 'message.created' AND actor ->> '$.kind' <> 'visitor'`,
  );
  // A conversation where nobody answered for long would be read to its end: that far is enough.
  const firstReplies = db.prepare(
    `WITH sample AS (
       SELECT no FROM conversation
       WHERE no > (SELECT max(no) FROM conversation) - :among
         AND site = :site AND created_at >= :since AND visitor_pub > 0
       ORDER BY no DESC LIMIT :limit
     ), heard AS (SELECT
       (SELECT time FROM event WHERE conversation = s.no AND seq <= 100
         AND type IN ('message.created', 'form.submitted')
         AND actor ->> '$.kind' = 'visitor' ORDER BY seq LIMIT 1) AS asked,
       (SELECT time FROM event WHERE conversation = s.no AND seq <= 100
         AND type = 'message.created' AND actor ->> '$.kind' = 'agent' ORDER BY seq LIMIT 1) AS answered
       FROM sample s)
     SELECT answered - asked AS ms FROM heard WHERE answered >= asked`,
  );
  const search = db.prepare(
    `WITH hit AS (
       SELECT e.conversation, e.contact, e.log_offset FROM event e
       WHERE e.log_offset IN (
         SELECT rowid FROM search WHERE search MATCH :match ORDER BY rowid DESC LIMIT 500)
     ), found AS (
       SELECT conversation AS no FROM hit WHERE conversation IS NOT NULL
       UNION
       SELECT c.no FROM hit JOIN conversation c ON c.contact = hit.contact
       WHERE hit.conversation IS NULL
     )
     ${WITH_CONTACT} WHERE c.no IN (SELECT no FROM found)
     ORDER BY c.active_at DESC, c.no DESC LIMIT :limit`,
  );
  return {
    get: (id) => {
      const found = get.get(id);
      return found && toConversation(found as Row);
    },
    rows: (ids) => rows.all(JSON.stringify(ids)).map((found) => toRow(found as Row)),
    ofContact: (contact, limit) =>
      ofContact.all(contact, limit).map((found) => toConversation(found as Row)),
    allOf: (...bound) => allOf.all(...bound).map((found) => toConversation(found as Row)),
    loadOf: (agent) => Number(load.get(agent)?.n),
    active: (after, limit) => active.all(after, limit).map((found) => toConversation(found as Row)),
    firstReplies: (wanted) => firstReplies.all(wanted).map(({ ms }) => Number(ms)),
    unreadOf: (id, pub) => Number(unread.get({ id, pub })?.n),
    search: (query, limit) => {
      const match = matchExpression(query);
      if (!match) return [];
      return search.all({ match, limit }).map((found) => toRow(found as Row));
    },
    ...listReads(db),
  };
}

const bind = (c: Conversation): SQLInputValue[] => [
  c.status,
  c.assignee,
  c.epoch,
  c.seq,
  c.pub,
  JSON.stringify(c.tags),
  c.snoozedUntil,
  c.activeAt,
  c.lastMessage?.id ?? null,
  c.lastMessage?.text ?? null,
  c.lastMessage?.by ?? null,
  c.visitorPub,
  c.visitorRead,
  c.agentRead,
  c.waiting && JSON.stringify(c.waiting),
  c.offer && JSON.stringify(c.offer),
  c.parked ? 1 : 0,
  c.unansweredSince,
  JSON.stringify(c.service),
  JSON.stringify(c.promises),
  c.approval && JSON.stringify(c.approval),
  c.bot && JSON.stringify(c.bot),
  c.advice && JSON.stringify(c.advice),
  JSON.stringify(c.episode),
  holderOf(c),
];

export function conversationWrites(
  db: DatabaseSync,
  cache: RowCache,
): Omit<Tx['conversations'], Exclude<keyof ConversationReads, 'get'>> {
  const get = db.prepare('SELECT * FROM conversation WHERE id = ?');
  const insert = db.prepare(
    `INSERT INTO conversation (status, assignee, epoch, seq, pub, tags, snoozed_until, active_at,
       last_id, last_text, last_by, visitor_pub, visitor_read, agent_read, waiting, offer, parked,
       unanswered_since, service, promises, approval, bot, advice, episode, holder, id, site, contact, created_at)
     VALUES (${Array(29).fill('?').join(', ')})`,
  );
  const save = db.prepare(
    `UPDATE conversation SET status = ?, assignee = ?, epoch = ?, seq = ?, pub = ?, tags = ?,
       snoozed_until = ?, active_at = ?, last_id = ?, last_text = ?, last_by = ?, visitor_pub = ?,
       visitor_read = ?, agent_read = ?, waiting = ?, offer = ?, parked = ?, unanswered_since = ?,
       service = ?, promises = ?, approval = ?, bot = ?, advice = ?, episode = ?, holder = ? WHERE id = ?`,
  );
  const move = db.prepare('UPDATE conversation SET contact = ? WHERE contact = ? RETURNING id');
  return {
    get: (id) => {
      const known = cache.get(id);
      if (known) return known;
      const found = get.get(id);
      return found && toConversation(found as Row);
    },
    insert: (c) => {
      insert.run(...bind(c), c.id, c.site, c.contact, c.createdAt);
      cache.put(c);
    },
    save: (c) => {
      save.run(...bind(c), c.id);
      cache.put(c);
    },
    move: (from, into) => {
      const moved = move.all(into, from).map(({ id }) => String(id));
      if (moved.length > 0) cache.clear();
      return moved;
    },
  };
}
