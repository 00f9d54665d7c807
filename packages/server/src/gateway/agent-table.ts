import { LIMITS } from '@throughline/shared';
import { agentCommands, commands, queries as questions, signals } from '@throughline/shared/schema';
import type { Conversation } from '../conversations/queries.ts';
import { answer, type Entry, entry, noticed, pageEntry, refusal } from './dispatch.ts';
import { fileRows } from './file-table.ts';
import type { Parts } from './parts.ts';
import { type AgentSocket, agentRoom, contactRoom, isRepeat, watchRoom } from './rooms.ts';

const HISTORY_DEFAULT = 50;

type Row = [string, Entry<AgentSocket>];

/** Everything an agent's socket may say. */
export const agentTable = (parts: Parts): Map<string, Entry<AgentSocket>> =>
  new Map([
    ...commandRows(parts),
    ...queryRows(parts),
    ...fileRows(parts),
    statusRow(parts),
    ['typing:set', typing(parts)],
    ['delivered:set', delivered(parts)],
  ]);

const commandRows = ({ conversations }: Parts): Row[] =>
  agentCommands
    .filter((name) => name !== 'status:set')
    .map((name) => [
      name,
      entry(commands[name], ({ data }, input) => conversations.run(data.who, name, input as never)),
    ]);

const statusRow = ({ availabilities }: Parts): Row => [
  'status:set',
  entry(commands['status:set'], ({ data }, input) => {
    const { id, name } = data.who;
    return availabilities.choose({ id, name }, input);
  }),
];

/** Shows a conversation from now on, and who and what is there already. */
async function watch(
  socket: AgentSocket,
  { id, contact }: Conversation,
  { presence }: Parts,
): Promise<void> {
  const { followed } = socket.data;
  // Gone while we looked the conversation up: nobody would take it off the lists again.
  if (followed.has(id) || !socket.connected) return;
  followed.set(id, contact);
  await socket.join([agentRoom(id), watchRoom(contact)]);
  presence.startViewing(socket.id, id);
  const { online, context } = presence.visitorState(contact);
  const about = context ? { context } : {};
  socket.emit('ephemeral', { kind: 'visitor', contact, online, ...about });
}

function queryRows(parts: Parts): Row[] {
  const { queries, presence } = parts;
  const resume = pageEntry(
    questions['conversation:resume'],
    async (socket: AgentSocket, { conversation, cursor }) => {
      const row = await queries.get(conversation);
      if (!row) return refusal('not_found');
      const { followed } = socket.data;
      if (followed.size >= LIMITS.streams && !followed.has(conversation))
        return refusal('too_many_streams');
      await watch(socket, row, parts);
      return answer(noticed(await queries.agent.resume(row, cursor), parts));
    },
  );
  const history = pageEntry(
    questions['conversation:history'],
    async (_socket: AgentSocket, { conversation, before, limit = HISTORY_DEFAULT }) => {
      const row = await queries.get(conversation);
      return row ? answer(await queries.agent.history(row, before, limit)) : refusal('not_found');
    },
  );
  const leave = entry(
    questions['conversation:leave'],
    async (socket: AgentSocket, { conversation }) => {
      const row = await queries.get(conversation);
      if (!row) return refusal('not_found');
      const { followed } = socket.data;
      followed.delete(conversation);
      await socket.leave(agentRoom(conversation));
      // Another conversation of the same contact may still be open beside this one.
      if (![...followed.values()].includes(row.contact)) await socket.leave(watchRoom(row.contact));
      presence.stopViewing(socket.id, conversation);
      return answer(null);
    },
  );
  return [
    ['conversation:resume', resume],
    ['conversation:history', history],
    ['conversation:leave', leave],
  ];
}

function typing({ queries, presence, now, toVisitors }: Parts): Entry<AgentSocket> {
  return entry(signals['typing:set'], async (socket: AgentSocket, { conversation, on }) => {
    const { id, name } = socket.data.who;
    const row = await queries.get(conversation);
    if (!row) return refusal('not_found');
    presence.setWriting(socket.id, conversation, on);
    if (isRepeat(socket.data, { conversation, on, at: now() })) return undefined;
    const actor = { kind: 'agent' as const, id, name };
    toVisitors(contactRoom(row.contact), { kind: 'typing', conversation, actor, on });
    return undefined;
  });
}

/** All of it or nothing; what is known already costs nothing. */
function delivered({ queries, presence }: Parts): Entry<AgentSocket> {
  return entry(signals['delivered:set'], async (_socket: AgentSocket, { heads }) => {
    const reached: [Conversation, number][] = [];
    for (const { conversation, pub } of heads) {
      if (pub <= presence.delivered(conversation)) continue;
      const row = await queries.get(conversation);
      if (!row) return refusal('not_found');
      if (pub > row.pub) return refusal('bad_value');
      reached.push([row, pub]);
    }
    for (const [row, pub] of reached) presence.reach(row, pub);
    return undefined;
  });
}
