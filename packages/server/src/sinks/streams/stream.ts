import type { CloudEvent } from '@throughline/shared/schema';

/** One event on its way to a broker. */
export interface Message {
  event: CloudEvent;
  /** Its short name: `message.created`. */
  name: string;
  /** The site it belongs to, or `relay`. */
  site: string;
}

/**
 * One connection to a broker. It is never mended: after a failure it is closed and another one is made,
 * so that no library sends again, behind our back, what was published in the meantime.
 */
export interface Stream {
  /** Resolves once the broker has taken the event over; rejects where that is not certain. */
  publish(message: Message): Promise<void>;
  /** How many events it takes before it acknowledges the first. */
  readonly atOnce: number;
  /** Lets go at once, in whatever state it is. */
  close(): void;
}

interface Broker {
  url: string;
  /** How the names of what is made or addressed at the broker begin. */
  prefix: string;
  /** Nobody waits for the connection any more. */
  signal: AbortSignal;
}

/** Makes a connection and what has to be there at the broker; where it fails it leaves nothing open. */
export type Connect = (broker: Broker) => Promise<Stream>;

/** Said, because Node has a variable that switches it off (NODE_TLS_REJECT_UNAUTHORIZED). */
export const VERIFIED = { rejectUnauthorized: true } as const;

/** Enough to fill a line of 20 ms with a few thousand events a second. */
export const AT_ONCE = 64;

export const STRUCTURED = 'application/cloudevents+json';
