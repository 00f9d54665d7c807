import { randomUUIDv7 } from 'node:crypto';
import { OLDEST_PROTOCOL, PROTOCOL, type Problem, problem } from '@throughline/shared';
import { agentCommands, parse, visitorAuth } from '@throughline/shared/schema';
import { hashToken, newToken } from '../lib/secrets.ts';
import { addressReader } from './address.ts';
import { createDispatch } from './dispatch.ts';
import { admit } from './handshake.ts';
import { networkOf } from './limits.ts';
import type { Parts } from './parts.ts';
import {
  contactRoom,
  type VisitorData,
  type VisitorNamespace,
  type VisitorSocket,
} from './rooms.ts';
import { visitorTable } from './visitor-table.ts';

/** Tabs and forgotten windows of one visitor; the oldest gives way. */
const SOCKETS_MAX = 10;

/** Establishes who a visitor's socket is. Nothing is stored for somebody who has done nothing yet (P23). */
async function authenticate(socket: VisitorSocket, parts: Parts): Promise<VisitorData | Problem> {
  const auth = parse(visitorAuth, socket.handshake.auth);
  if (!auth.ok) return auth.error;
  const { protocol, site: key, token, context } = auth.value;
  if (protocol < OLDEST_PROTOCOL || protocol > PROTOCOL) return problem('protocol_unsupported');
  const site = parts.sites.get(key);
  if (!site) return problem('unknown_site');
  const { origin } = socket.handshake.headers;
  if (origin === undefined || !site.origins.includes(origin)) return problem('origin_not_allowed');
  const known =
    token === undefined ? undefined : await parts.contacts.ofDevice(hashToken(token), key);
  // A token nobody knows is replaced: it was never written, or its visitor is gone.
  const fresh = known === undefined ? newToken() : undefined;
  return {
    who: { kind: 'visitor', id: known ?? randomUUIDv7(), site: key },
    network: networkOf(addressReader(parts.config.trustProxy)(socket.request)),
    tokenHash: hashToken(fresh ?? token ?? ''),
    isNew: known === undefined,
    newToken: fresh,
    context,
  };
}

export function serveVisitors(namespace: VisitorNamespace, parts: Parts): void {
  const { gates } = parts;
  namespace.use(admit((socket: VisitorSocket) => authenticate(socket, parts), parts));
  const dispatch = createDispatch<VisitorSocket>({
    ...parts,
    table: visitorTable(parts),
    forbidden: new Set(agentCommands),
    limit: async ({ data }) => (await gates.crowd(data.network)) || gates.command(data.who.id),
  });
  namespace.on('connection', (socket) => {
    dispatch(socket);
    welcome(socket, parts);
    const { who, context } = socket.data;
    const room = contactRoom(who.id);
    void socket.join(room);
    replaceOldest(namespace, room);
    parts.presence.visitorJoined(socket.id, who.id, context);
    socket.on('disconnect', () => parts.presence.visitorLeft(socket.id, who.id));
  });
}

function welcome(socket: VisitorSocket, { events, now, sites, presence }: Parts): void {
  const { who, newToken: token } = socket.data;
  socket.data.newToken = undefined;
  socket.emit('welcome', {
    ...(token ? { token } : {}),
    contact: who.id,
    epoch: events.epoch,
    now: now(),
    site: {
      name: sites.get(who.site)?.name ?? '',
      online: presence.agentsOnline().map(({ id }) => id),
    },
  });
}

function replaceOldest(namespace: VisitorNamespace, room: string): void {
  const ids = namespace.adapter.rooms.get(room);
  if (!ids || ids.size <= SOCKETS_MAX) return;
  const [oldest] = ids;
  const socket = oldest === undefined ? undefined : namespace.sockets.get(oldest);
  socket?.emit('closing', { error: problem('replaced') });
  socket?.disconnect(true);
}
