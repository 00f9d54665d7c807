import { type Problem, problem } from '@throughline/shared';
import type { Closing } from '@throughline/shared/schema';

export interface Closable {
  emit(name: 'closing', message: Closing): unknown;
  disconnect(close: boolean): unknown;
}

const RETRY_MS = 500;

/** Says why, and ends the connection. */
export function close(socket: Closable, error: Problem): void {
  socket.emit('closing', { error });
  socket.disconnect(true);
}

/** Whoever it is comes back, and is asked again who they are. */
export const sendAway = (socket: Closable, retryAfterMs = RETRY_MS): void =>
  close(socket, problem('going_away', { retryAfterMs }));
