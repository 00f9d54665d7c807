import { PROTOCOL, type Problem } from '@throughline/shared';
import type { Link, LinkHandlers } from '@throughline/shared/client';
import type { Ack, Context, VisitorAuth } from '@throughline/shared/schema';
import { Manager } from 'socket.io-client';

export interface SocketOptions {
  relay: string;
  site: string;
  token: string | undefined;
  /** A token of the business's backend that says who this is, asked for at every connect. */
  identity?: (() => string | Promise<string>) | undefined;
  /** A device token that is nobody's from now on. */
  forget?: string | undefined;
  context: Context;
  /** Other tabs of this browser are the same visitor. */
  isShared?: boolean | undefined;
  /** A program that is no browser says for which page it speaks. */
  origin?: string | undefined;
}

export type OpenSocket = (options: SocketOptions, handlers: LinkHandlers) => Link;

/** One WebSocket to the relay. When to open the next one is not decided here. */
export const openSocket: OpenSocket = (options, handlers) => {
  const { relay, site, token, context, origin, identity, forget } = options;
  // What is undefined does not travel.
  const known = { protocol: PROTOCOL, site, context, token, forget } as VisitorAuth;
  const auth = async (give: (auth: object) => void) => {
    try {
      give({ ...known, identity: await identity?.() });
    } catch {
      handlers.lost();
    }
  };
  const socket = new Manager(relay, {
    path: '/v1/socket',
    transports: ['websocket'],
    reconnection: false,
    ...(origin ? { extraHeaders: { origin } } : {}),
  }).socket('/visitor', { auth });
  socket.onAny((name: string, payload) =>
    name === 'welcome' ? handlers.opened(payload) : handlers.message(name, payload),
  );
  socket.on('disconnect', handlers.lost);
  socket.on('connect_error', (error: Error & { data?: Problem }) => {
    if (error.data?.code) handlers.refused(error.data);
    else handlers.lost();
  });
  return {
    request: (name, payload, timeoutMs) =>
      socket.timeout(timeoutMs).emitWithAck(name, payload) as Promise<Ack>,
    signal: (name, payload) => void socket.emit(name, payload),
    close: () => void socket.offAny().off().disconnect(),
  };
};
