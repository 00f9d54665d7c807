import { isErrorCode, PROTOCOL, type Problem } from '@throughline/shared';
import type { Link, LinkHandlers } from '@throughline/shared/client';
import { io } from 'socket.io-client';

const HANDSHAKE_MS = 10_000;

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && isErrorCode(value.code);

/** One socket, once: when it is gone, the connection machine asks for another. */
export function openLink(csrf: string, handlers: LinkHandlers): Link {
  const socket = io('/agent', {
    path: '/v1/socket',
    transports: ['websocket'],
    auth: { protocol: PROTOCOL, csrf },
    timeout: HANDSHAKE_MS,
    reconnection: false,
    forceNew: true,
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    if (isProblem(error.data)) handlers.refused(error.data);
    else handlers.lost();
  });
  socket.on('disconnect', () => handlers.lost());
  socket.onAny((name: string, payload: unknown) => {
    if (name === 'welcome') handlers.opened(payload);
    else handlers.message(name, payload);
  });
  return {
    request: (name, payload, timeoutMs) => socket.timeout(timeoutMs).emitWithAck(name, payload),
    signal: (name, payload) => {
      if (socket.connected) socket.emit(name, payload);
    },
    close() {
      socket.offAny();
      socket.off();
      socket.disconnect();
    },
  };
}
