import type { Link, LinkHandlers } from '@throughline/shared/client';
import type { SocketOptions } from '../socket.ts';

/** Where a tab stands that does not know yet whether it has the socket. */
export interface Place {
  /** Of lock and channel: one relay, one site, one person the business's backend names. */
  name: string;
  options: SocketOptions;
  handlers: LinkHandlers;
  /** Opens the socket for all; the lock is held until what it hands back is settled. */
  lead(): Promise<void>;
  /** Opens a socket for this tab only. */
  alone(): void;
}

/** The tab with the socket: what it was welcomed with, once it was. */
export interface Lead {
  by: number;
  channel: BroadcastChannel;
  link: Link;
  options: SocketOptions;
  welcome: { token?: string } | undefined;
  /** The last of each kind of ephemeral message since then. */
  since: Record<string, unknown[]>;
}

/** What a tab without a socket says. Without `name`: is anybody there? Without `n`: no answer wanted. */
export interface Asked {
  from: number;
  token: string | undefined;
  name?: string;
  payload?: unknown;
  n?: number;
  timeoutMs?: number;
}
