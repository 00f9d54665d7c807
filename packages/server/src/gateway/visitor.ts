import { randomUUIDv7 } from 'node:crypto';
import { OLDEST_PROTOCOL, PROTOCOL, type Problem, problem } from '@throughline/shared';
import { agentCommands, parse, type Site, visitorAuth } from '@throughline/shared/schema';
import { hashToken, newToken } from '../lib/secrets.ts';
import { configVersion } from '../settings/sites.ts';
import { ownOrigin } from './address.ts';
import { answering } from './announce.ts';
import { close, sendAway } from './close.ts';
import { networkAt } from './connections.ts';
import { createDispatch } from './dispatch.ts';
import { admit } from './handshake.ts';
import type { Parts } from './parts.ts';
import {
  contactRoom,
  siteRoom,
  type VisitorData,
  type VisitorNamespace,
  type VisitorSocket,
} from './rooms.ts';
import { visitorTable } from './visitor-table.ts';

/** Tabs and forgotten windows of one visitor; the oldest gives way. */
const SOCKETS_MAX = 10;
/** Tokens in one question to the database. */
const DEVICES_AT_ONCE = 1000;

/** Establishes who a visitor's socket is. Nothing is stored for somebody who has done nothing yet (P23). */
async function authenticate(socket: VisitorSocket, parts: Parts): Promise<VisitorData | Problem> {
  const auth = parse(visitorAuth, socket.handshake.auth);
  if (!auth.ok) return auth.error;
  const { protocol, site: key, token, identity, forget, context } = auth.value;
  if (protocol < OLDEST_PROTOCOL || protocol > PROTOCOL) return problem('protocol_unsupported');
  const site = parts.sites.get(key);
  if (!site) return problem('unknown_site');
  const { origin } = socket.handshake.headers;
  // The relay's own page shows any site's chat alone, in a window.
  const own = ownOrigin(socket.request, parts.config);
  if (origin === undefined || ![...site.origins, own].includes(origin))
    return problem('origin_not_allowed');
  if (forget !== undefined)
    await endDevice(socket.nsp as VisitorNamespace, hashToken(forget), parts);
  const known =
    token === undefined ? undefined : await parts.contacts.ofDevice(hashToken(token), key);
  // A token nobody knows is replaced: it was never written, or its visitor is gone.
  const fresh = known === undefined ? inPlaceOf(token) : undefined;
  const tokenHash = hashToken(fresh ?? token ?? '');
  const person = await personOf(site, { known, tokenHash, identity }, parts);
  if (typeof person === 'object') return person;
  return {
    who: { kind: 'visitor', id: person ?? randomUUIDv7(), site: key },
    network: networkAt(socket),
    tokenHash,
    cameWith: fresh && token !== undefined ? lineOf(token).map(hashToken) : undefined,
    isNew: person === undefined,
    newToken: fresh,
    context,
  };
}

/** A token, and what is left of those it came in place of. */
const REPLACED = /^[\w-]{43}(\.[\w-]{43}){0,2}$/;

/**
 * A new token ends with the one it replaces: what that one's visitor wrote may be under way, and so may what
 * was written with the one before.
 */
const inPlaceOf = (token = ''): string =>
  REPLACED.test(token) ? `${newToken()}.${token}` : newToken();

/** It, and those it came in place of. */
const lineOf = (token: string): string[] =>
  token.split('.').map((_, i, parts) => parts.slice(i).join('.'));

interface Browser {
  known: string | undefined;
  tokenHash: string;
  identity: string | undefined;
}

/** Who it is, as far as anybody knows them. */
async function personOf(
  site: Site,
  browser: Browser,
  parts: Parts,
): Promise<string | undefined | Problem> {
  const named = await nameOf(site, browser, parts);
  if (typeof named === 'object') return named;
  const person = named ?? browser.known;
  // The last question: a block from now on closes the socket.
  const isBlocked = person !== undefined && (await parts.contacts.isBlocked(person));
  return isBlocked ? problem('blocked') : person;
}

/** The contact the business says this is; undefined: it says nothing. */
async function nameOf(
  site: Site,
  { known, tokenHash, identity }: Browser,
  { identities, signIn }: Parts,
): Promise<string | undefined | Problem> {
  if (identity !== undefined) {
    const claims = await identities.verify(site, identity);
    return signIn.enter({ site: site.key, known, tokenHash, claims });
  }
  // Who was signed in is not shown to whoever sits at the same browser later.
  if (site.identity && known !== undefined && (await signIn.isNamed(known)))
    return problem('identity_required');
  return undefined;
}

/** Logging out ends on the relay before anything else begins: the token, and every page that has it. */
async function endDevice(
  namespace: VisitorNamespace,
  tokenHash: string,
  { signIn }: Parts,
): Promise<void> {
  await signIn.forget(tokenHash);
  for (const socket of namespace.sockets.values())
    if (socket.data.tokenHash === tokenHash) sendAway(socket);
}

/** Sends away whose token was ended, or who was blocked, at another relay. */
export async function checkDevices(
  namespace: VisitorNamespace,
  { signIn }: Pick<Parts, 'signIn'>,
): Promise<void> {
  // Of who is new nothing is stored that could be missing.
  const stored = [...namespace.sockets.values()].filter(({ data }) => !data.isNew);
  for (let from = 0; from < stored.length; from += DEVICES_AT_ONCE) {
    const some = stored.slice(from, from + DEVICES_AT_ONCE);
    const known = await signIn.stillKnown([...new Set(some.map(({ data }) => data.tokenHash))]);
    for (const socket of some) if (!known.has(socket.data.tokenHash)) sendAway(socket);
  }
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
    const standing = parts.standings.of(socket.data.who.id);
    if (standing) socket.emit('ephemeral', standing);
    const { who, context } = socket.data;
    const room = contactRoom(who.id);
    void socket.join([room, siteRoom(who.site)]);
    replaceOldest(namespace, room);
    parts.presence.visitorJoined(socket.id, who.id, context);
    socket.on('disconnect', () => parts.presence.visitorLeft(socket.id, who.id));
  });
}

function welcome(socket: VisitorSocket, { events, now, sites, colleagues }: Parts): void {
  const { who, newToken: token } = socket.data;
  const site = sites.get(who.site);
  socket.data.newToken = undefined;
  socket.emit('welcome', {
    ...(token ? { token } : {}),
    contact: who.id,
    epoch: events.epoch,
    now: now(),
    site: {
      name: site?.name ?? '',
      ...(site && { version: configVersion(site) }),
      online: answering(colleagues()),
    },
  });
}

function replaceOldest(namespace: VisitorNamespace, room: string): void {
  const ids = namespace.adapter.rooms.get(room);
  if (!ids || ids.size <= SOCKETS_MAX) return;
  const [oldest] = ids;
  const socket = oldest === undefined ? undefined : namespace.sockets.get(oldest);
  if (socket) close(socket, problem('replaced'));
}
