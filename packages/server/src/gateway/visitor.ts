import { randomUUIDv7 } from 'node:crypto';
import { OLDEST_PROTOCOL, PROTOCOL, problem } from '@throughline/shared';
import {
  agentCommands,
  commands,
  parse,
  queries as querySchemas,
  signals,
  visitorAuth,
  visitorCommands,
} from '@throughline/shared/schema';
import { stranger } from '../contacts/commands.ts';
import type { Conversation } from '../store/store.ts';
import { hashToken, newToken } from '../lib/secrets.ts';
import { answer as ok, createDispatch, type Entry, entry, refusal as no } from './dispatch.ts';
import { refuseHandshake } from './handshake.ts';
import type { Parts } from './parts.ts';
import { agentRoom, contactRoom, isRepeat, type VisitorData, type VisitorNamespace, type VisitorSocket } from './rooms.ts';

/** Tabs and forgotten windows of one visitor; the oldest gives way (HS-22). */
const SOCKETS_MAX = 10;

const HISTORY_DEFAULT = 50;

/** Establishes who a visitor socket is. Nothing is stored for somebody who has done nothing yet. */
async function authenticate(socket: VisitorSocket, parts: Parts): Promise<VisitorData | ReturnType<typeof problem>> {
  const auth = parse(visitorAuth, socket.handshake.auth);
  if (!auth.ok) return auth.error;
  const { protocol, site: key, token, context } = auth.value;
  if (protocol < OLDEST_PROTOCOL || protocol > PROTOCOL) return problem('protocol_unsupported');
  const site = parts.sites.get(key);
  if (!site) return problem('unknown_site');
  const { origin } = socket.handshake.headers;
  if (origin === undefined || !site.origins.includes(origin)) return problem('origin_not_allowed');
  const known = token === undefined ? undefined : await parts.store.read.contacts.ofDevice(hashToken(token), key);
  // A token nobody knows is replaced: it was never written, or its visitor is gone.
  const fresh = known === undefined ? newToken() : undefined;
  return {
    who: { kind: 'visitor', id: known ?? randomUUIDv7(), site: key },
    tokenHash: hashToken(fresh ?? token ?? ''),
    isNew: known === undefined,
    newToken: fresh,
    context,
  };
}

export function serveVisitors(namespace: VisitorNamespace, parts: Parts): void {
  const { presence, sites, queries } = parts;

  namespace.use(async (socket, next) => {
    const found = await authenticate(socket, parts);
    if ('code' in found) return next(refuseHandshake(found, parts.metrics));
    Object.assign(socket.data, found);
    next();
  });

  const dispatch = createDispatch<VisitorSocket>({
    ...parts,
    table: visitorTable(namespace, parts),
    forbidden: new Set(agentCommands),
    keyOf: (socket) => socket.data.who.id,
  });

  namespace.on('connection', (socket) => {
    const { who, newToken, context } = socket.data;
    dispatch(socket);
    const room = contactRoom(who.id);
    socket.join(room);
    replaceOldest(namespace, room);
    presence.visitorJoined(socket.id, who.id, context);
    socket.on('disconnect', () => presence.visitorLeft(socket.id, who.id));
    socket.emit('welcome', {
      ...(newToken ? { token: newToken } : {}),
      contact: who.id,
      epoch: parts.store.epoch,
      now: parts.now(),
      site: { name: sites.get(who.site)?.name ?? '', agentsOnline: presence.agentsOnline().length > 0 },
    });
    socket.data.newToken = undefined;
  });

  async function own(socket: VisitorSocket, id: string): Promise<Conversation | undefined> {
    const row = await queries.get(id);
    return row?.contact === socket.data.who.id && row.site === socket.data.who.site ? row : undefined;
  }

  function visitorTable(space: VisitorNamespace, { conversations, contacts }: Parts): Map<string, Entry<VisitorSocket>> {
    const table = new Map<string, Entry<VisitorSocket>>();
    for (const name of visitorCommands) {
      if (name === 'conversation:start' || name === 'contact:identify' || name === 'contact:update' || name === 'event:track') continue;
      table.set(name, entry(commands[name], (socket, input) => conversations.run(socket.data.who, name, input as never)));
    }
    for (const name of ['contact:identify', 'contact:update', 'event:track'] as const)
      table.set(
        name,
        entry(commands[name], async ({ data }, input) => {
          const outcome = await contacts.run({ ...data.who, tokenHash: data.tokenHash }, name, input as never);
          if (outcome.ok) data.isNew = false;
          return outcome;
        }),
      );
    return table
      .set(
        'conversation:start',
        entry(commands['conversation:start'], async ({ data }, input) => {
          const { who, tokenHash } = data;
          const newcomer = data.isNew
            ? { contact: stranger(who.id, who.site, parts.now()), tokenHash }
            : undefined;
          const outcome = await conversations.start(who, input, newcomer);
          if (outcome.ok) data.isNew = false;
          return outcome;
        }),
      )
      .set(
        'conversation:list',
        entry(querySchemas['conversation:list'], async ({ data }) =>
          ok(data.isNew ? [] : await queries.ofContact(data.who.id)),
        ),
      )
      .set(
        'conversation:resume',
        entry(querySchemas['conversation:resume'], async (socket, { conversation, cursor }) => {
          const row = await own(socket, conversation);
          return row ? ok(await queries.resumeVisitor(row, cursor)) : no('not_found');
        }),
      )
      .set(
        'conversation:history',
        entry(querySchemas['conversation:history'], async (socket, { conversation, before, limit }) => {
          const row = await own(socket, conversation);
          return row ? ok(await queries.historyVisitor(row, before, limit ?? HISTORY_DEFAULT)) : no('not_found');
        }),
      )
      .set(
        'typing:set',
        entry(signals['typing:set'], async (socket, { conversation, on }) => {
          if (isRepeat(socket.data, conversation, on, parts.now())) return undefined;
          if (!(await own(socket, conversation))) return no('not_found');
          const actor = { kind: 'visitor' as const, id: socket.data.who.id };
          parts.toAgents(agentRoom(conversation), { kind: 'typing', conversation, actor, on });
          return undefined;
        }),
      )
      .set(
        'context:set',
        entry(signals['context:set'], (socket, context) => {
          presence.visitorMoved(socket.data.who.id, context);
          return undefined;
        }),
      );
  }
}

function replaceOldest(namespace: VisitorNamespace, room: string): void {
  const ids = namespace.adapter.rooms.get(room);
  if (!ids || ids.size <= SOCKETS_MAX) return;
  const [oldest] = ids;
  const socket = oldest === undefined ? undefined : namespace.sockets.get(oldest);
  socket?.emit('closing', { error: problem('replaced') });
  socket?.disconnect(true);
}
