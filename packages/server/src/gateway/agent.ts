import { OLDEST_PROTOCOL, PROTOCOL, type Problem, problem } from '@throughline/shared';
import { agentAuth, parse } from '@throughline/shared/schema';
import { sameSecret } from '../lib/secrets.ts';
import { ownOrigin } from './address.ts';
import { agentTable } from './agent-table.ts';
import { sessionToken } from './cookies.ts';
import { createDispatch } from './dispatch.ts';
import { admit } from './handshake.ts';
import type { Parts } from './parts.ts';
import { type AgentData, type AgentNamespace, type AgentSocket, sessionRoom } from './rooms.ts';

/** The cookie says who; the token from the page says that our own page asks (P26). */
async function authenticate(socket: AgentSocket, parts: Parts): Promise<AgentData | Problem> {
  const auth = parse(agentAuth, socket.handshake.auth);
  if (!auth.ok) return auth.error;
  const { protocol, csrf } = auth.value;
  if (protocol < OLDEST_PROTOCOL || protocol > PROTOCOL) return problem('protocol_unsupported');
  const { request } = socket;
  if (request.headers.origin !== ownOrigin(request, parts.config))
    return problem('origin_not_allowed');
  const token = sessionToken(request, parts.config);
  const found = token === undefined ? undefined : await parts.sessions.whoIs(token);
  if (!found) return problem('unauthorized');
  if (!sameSecret(csrf, found.session.csrf)) return problem('csrf_failed');
  const { id, name } = found.agent;
  const { tokenHash: session } = found.session;
  return { who: { kind: 'agent', id, name }, session, followed: new Map() };
}

export function serveAgents(namespace: AgentNamespace, parts: Parts): void {
  const { presence, events, now, gates } = parts;
  namespace.use(admit((socket: AgentSocket) => authenticate(socket, parts), parts));
  const dispatch = createDispatch<AgentSocket>({
    ...parts,
    table: agentTable(parts),
    forbidden: new Set(),
    limit: ({ data }) => gates.command(data.who.id),
  });
  namespace.on('connection', (socket) => {
    dispatch(socket);
    const { who, session } = socket.data;
    const { id, name } = who;
    void socket.join(sessionRoom(session));
    socket.emit('welcome', { agent: { id, name }, epoch: events.epoch, now: now() });
    presence.agentJoined(socket.id, { id, name });
    socket.emit('ephemeral', { kind: 'agents', online: parts.colleagues() });
    socket.on('disconnect', () => presence.agentLeft(socket.id));
  });
}
