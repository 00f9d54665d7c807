import { problem } from '@throughline/shared';
import type { VisitorSocket } from './rooms.ts';

const RETRY_MS = 500;

/** Whoever it is comes back, and is asked again who they are. */
export function sendAway(socket: VisitorSocket): void {
  socket.emit('closing', { error: problem('going_away', { retryAfterMs: RETRY_MS }) });
  socket.disconnect(true);
}
