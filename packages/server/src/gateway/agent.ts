import { LIMITS, OLDEST_PROTOCOL, PROTOCOL, problem } from '@throughline/shared';
import {
  agentAuth,
  agentCommands,
  commands,
  parse,
  queries as querySchemas,
  signals,
} from '@throughline/shared/schema';
import { sameSecret } from '../lib/secrets.ts';
import { ownOrigin } from './address.ts';
import { sessionToken } from './cookies.ts';
import { answer as ok, createDispatch, type Entry, entry, refusal as no } from './dispatch.ts';
import { refuseHandshake } from './handshake.ts';
import type { Parts } from './parts.ts';
import {
  type AgentData,
  type AgentNamespace,
  type AgentSocket,
  agentRoom,
  contactRoom,
  isRepeat,
  sessionRoom,
  watchRoom,
} from './rooms.ts';

const HISTORY_DEFAULT = 50;

/** The cookie says who; the token from the page says that our own page asks (HS-06). */
async function authenticate(socket: AgentSocket, parts: Parts): Promise<AgentData | ReturnType<typeof problem>> {
  const auth = parse(agentAuth, socket.handshake.auth);
  if (!auth.ok) return auth.error;
  const { protocol, csrf } = auth.value;
  if (protocol < OLDEST_PROTOCOL || protocol > PROTOCOL) return problem('protocol_unsupported');
  const { request } = socket;
  if (request.headers.origin !== ownOrigin(request, parts.config)) return problem('origin_not_allowed');
  const token = sessionToken(request, parts.config);
  const found = token === undefined ? undefined : await parts.agents.whoIs(token);
  if (!found) return problem('unauthorized');
  if (!sameSecret(csrf, found.session.csrf)) return problem('csrf_failed');
  const { id, name } = found.agent;
  return { who: { kind: 'agent', id, name }, session: found.session.tokenHash };
}

export function serveAgents(namespace: AgentNamespace, parts: Parts): void {
  const { presence, queries, conversations } = parts;

  namespace.use(async (socket, next) => {
    const found = await authenticate(socket, parts);
    if ('code' in found) return next(refuseHandshake(found, parts.metrics));
    Object.assign(socket.data, found);
    next();
  });

  const dispatch = createDispatch<AgentSocket>({
    ...parts,
    table: agentTable(),
    forbidden: new Set(),
    keyOf: (socket) => socket.data.who.id,
  });

  namespace.on('connection', (socket) => {
    const { who, session } = socket.data;
    dispatch(socket);
    socket.join(sessionRoom(session));
    presence.agentJoined(socket.id, who);
    socket.on('disconnect', () => presence.agentLeft(socket.id));
    socket.emit('welcome', {
      agent: { id: who.id, name: who.name },
      epoch: parts.store.epoch,
      now: parts.now(),
    });
    socket.emit('ephemeral', { kind: 'agents', online: presence.agentsOnline() });
  });

  /** Shows a conversation from now on, and who and what is there already. */
  function watch(socket: AgentSocket, conversation: string, contact: string): void {
    if (socket.rooms.has(agentRoom(conversation))) return;
    socket.join([agentRoom(conversation), watchRoom(contact)]);
    presence.startViewing(socket.id, conversation);
    const { online, context } = presence.visitorState(contact);
    socket.emit('ephemeral', { kind: 'visitor', contact, online, ...(context ? { context } : {}) });
  }

  function agentTable(): Map<string, Entry<AgentSocket>> {
    const table = new Map<string, Entry<AgentSocket>>();
    for (const name of agentCommands)
      table.set(
        name,
        entry(commands[name], (socket, input) => conversations.run(socket.data.who, name, input as never)),
      );
    return table
      .set(
        'conversation:resume',
        entry(querySchemas['conversation:resume'], async (socket, { conversation, cursor }) => {
          const row = await queries.get(conversation);
          if (!row) return no('not_found');
          if (socket.rooms.size > 2 * LIMITS.streams) return no('too_many_streams');
          watch(socket, row.id, row.contact);
          return ok(await queries.resumeAgent(row, cursor));
        }),
      )
      .set(
        'conversation:history',
        entry(querySchemas['conversation:history'], async (_socket, { conversation, before, limit }) => {
          const row = await queries.get(conversation);
          return row ? ok(await queries.historyAgent(row, before, limit ?? HISTORY_DEFAULT)) : no('not_found');
        }),
      )
      .set(
        'conversation:leave',
        entry(querySchemas['conversation:leave'], async (socket, { conversation }) => {
          const row = await queries.get(conversation);
          if (!row) return no('not_found');
          socket.leave(agentRoom(conversation));
          socket.leave(watchRoom(row.contact));
          presence.stopViewing(socket.id, conversation);
          return ok(null);
        }),
      )
      .set(
        'typing:set',
        entry(signals['typing:set'], async (socket, { conversation, on }) => {
          const { who } = socket.data;
          if (isRepeat(socket.data, conversation, on, parts.now())) return undefined;
          presence.setWriting(socket.id, conversation, on);
          const row = await queries.get(conversation);
          if (!row) return no('not_found');
          parts.toVisitors(contactRoom(row.contact), {
            kind: 'typing',
            conversation,
            actor: { kind: 'agent', id: who.id, name: who.name },
            on,
          });
          return undefined;
        }),
      );
  }
}
