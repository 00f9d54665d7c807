import {
  commands,
  queries as questions,
  signals,
  visitorCommands,
} from '@throughline/shared/schema';
import { type ContactCommand, stranger } from '../contacts/commands.ts';
import type { Outcome } from '../conversations/commands.ts';
import { maySee } from '../conversations/policy.ts';
import type { Conversation } from '../conversations/queries.ts';
import { sendAway } from './close.ts';
import { answer, type Entry, entry, noticed, pageEntry, refusal } from './dispatch.ts';
import { fileRows } from './file-table.ts';
import type { Parts } from './parts.ts';
import { agentRoom, isRepeat, type VisitorSocket } from './rooms.ts';

const HISTORY_DEFAULT = 50;

type OnConversation = Exclude<
  (typeof visitorCommands)[number],
  ContactCommand | 'conversation:start'
>;

const contactCommands: ContactCommand[] = [
  'contact:identify',
  'contact:update',
  'event:track',
  'proactive:note',
];
const isOnConversation = (name: string): name is OnConversation =>
  name !== 'conversation:start' && !contactCommands.includes(name as ContactCommand);

type Row = [string, Entry<VisitorSocket>];

/** Visitors count by `pub`: `seq` would tell them how many notes were written (P8). */
const withoutSeq = (outcome: Outcome): Outcome =>
  outcome.ok ? { ok: true, data: { ...outcome.data, seq: null } } : outcome;

/** Everything a visitor's socket may say. */
export const visitorTable = (parts: Parts): Map<string, Entry<VisitorSocket>> =>
  new Map([
    ...commandRows(parts),
    ...contactRows(parts),
    ...queryRows(parts),
    ...fileRows(parts),
    pushRow(parts),
    ...signalRows(parts),
  ]);

/** After its first command a visitor is known; where somebody else was, they have to come back as that. */
function meet(socket: VisitorSocket, outcome: Outcome): void {
  if (outcome.ok) socket.data.isNew = false;
  else if (outcome.error.code === 'going_away') setImmediate(sendAway, socket);
}

function commandRows({ conversations, gates, now }: Parts): Row[] {
  const rows = visitorCommands
    .filter(isOnConversation)
    .map(
      (name): Row => [
        name,
        entry(commands[name], async ({ data }, input) =>
          withoutSeq(await conversations.run(data.who, name, input)),
        ),
      ],
    );
  const start = entry(commands['conversation:start'], async (socket: VisitorSocket, input) => {
    const { data } = socket;
    const { who, tokenHash, cameWith, isNew, network } = data;
    const retryAfterMs = await gates.start(network);
    if (retryAfterMs > 0) return refusal('rate_limited', { retryAfterMs });
    const newcomer = { contact: stranger(who.id, who.site, now()), tokenHash, cameWith };
    const outcome = await conversations.start(who, input, isNew ? newcomer : undefined);
    meet(socket, outcome);
    return withoutSeq(outcome);
  });
  return [...rows, ['conversation:start', start]];
}

function contactRows({ contacts }: Parts): Row[] {
  return contactCommands.map(
    (name): Row => [
      name,
      entry(commands[name], async (socket, input) => {
        const { who, tokenHash, cameWith, isNew } = socket.data;
        const met = { ...who, tokenHash, cameWith: isNew ? cameWith : undefined };
        const outcome = await contacts.run(met, name, input as never);
        meet(socket, outcome);
        return outcome;
      }),
    ],
  );
}

/** The conversation, if it is this visitor's. */
async function own(
  { queries }: Parts,
  socket: VisitorSocket,
  id: string,
): Promise<Conversation | undefined> {
  const row = await queries.get(id);
  return row && maySee(socket.data.who, row) ? row : undefined;
}

function queryRows(parts: Parts): Row[] {
  const { queries, presence, sites, knowledge } = parts;
  const list = entry(questions['conversation:list'], async ({ data }: VisitorSocket) => {
    const rows = data.isNew ? [] : await queries.ofContact(data.who.id);
    return answer(rows.map((row) => ({ ...row, delivered: presence.delivered(row.id) })));
  });
  const resume = pageEntry(
    questions['conversation:resume'],
    async (socket: VisitorSocket, { conversation, cursor }) => {
      const row = await own(parts, socket, conversation);
      if (!row) return refusal('not_found');
      return answer(noticed(await queries.visitor.resume(row, cursor), parts));
    },
  );
  const history = pageEntry(
    questions['conversation:history'],
    async (socket: VisitorSocket, { conversation, before, limit = HISTORY_DEFAULT }) => {
      const row = await own(parts, socket, conversation);
      return row ? answer(await queries.visitor.history(row, before, limit)) : refusal('not_found');
    },
  );
  const read = entry(questions['article:read'], async ({ data }: VisitorSocket, { article }) => {
    const { articles = [] } = sites.get(data.who.site) ?? {};
    const found = await knowledge.read(articles, article);
    return found ? answer(found) : refusal('not_found');
  });
  return [
    ['article:read', read],
    ['conversation:list', list],
    ['conversation:resume', resume],
    ['conversation:history', history],
  ];
}

/** Where a browser wants to be told of replies; it has to have written before. */
function pushRow({ subscriptions, egress }: Parts): Row {
  const set = entry(questions['push:set'], async ({ data }: VisitorSocket, { subscription }) => {
    const fault = subscription && (await egress.check(subscription.endpoint));
    if (fault) return refusal('address_not_allowed');
    await subscriptions.set(data.tokenHash, subscription);
    return answer(null);
  });
  return ['push:set', set];
}

function signalRows(parts: Parts): Row[] {
  const typing = entry(
    signals['typing:set'],
    async (socket: VisitorSocket, { conversation, on }) => {
      const { data } = socket;
      if (!(await own(parts, socket, conversation))) return refusal('not_found');
      if (isRepeat(data, { conversation, on, at: parts.now() })) return undefined;
      const actor = { kind: 'visitor' as const, id: data.who.id };
      parts.toAgents(agentRoom(conversation), { kind: 'typing', conversation, actor, on });
      return undefined;
    },
  );
  const context = entry(signals['context:set'], ({ data }: VisitorSocket, said) => {
    parts.presence.visitorMoved(data.who.id, said);
    return undefined;
  });
  return [
    ['typing:set', typing],
    ['context:set', context],
  ];
}
