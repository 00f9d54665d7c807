import type { VisitorEvent } from '@throughline/shared/schema';
import type { Page } from 'playwright-core';
import type { Of } from '../history.ts';
import { listen } from './page-wire.ts';
import { nameOf, type Stage } from './player.ts';
import { type Answered, type Input, tapWire } from './wiretap.ts';

/** By its beginning a visitor's name says that they sit at a real browser. */
export const AT_BROWSER = 'visitor-chromium-';

/** Whoever sits at a real browser, and what is known of its page. */
export interface Seat {
  stage: Stage;
  /** The business's page with the chat on it. */
  url: string;
  site: string;
  person: number;
  life: number;
  n: number;
  page: Page;
  /** The chat is open, and can be written in. */
  isThere: boolean;
  isLeaving: boolean;
  /** In the field, and not sent yet. */
  draft: string | undefined;
  conv: string | undefined;
  epoch: string;
  /** The last position that came. */
  head: number;
  /** What was sent and not answered, by its words. */
  open: Map<string, Of<'send'>>;
  /** Every message that came, by its words. */
  known: Map<string, { key: string; at: number }>;
  /** What the last look saw. */
  shown: string;
}

/** The screen of one load of the page. What is sent outlives it, and goes under the name alone. */
export const screenOf = (seat: Seat): string => `${nameOf(seat)}#${seat.life}`;

function learn(seat: Seat, { id: key, type, pub: at, data }: VisitorEvent): void {
  seat.head = Math.max(seat.head, at);
  if (type === 'message.created' && 'text' in data && data.text)
    seat.known.set(data.text, { key, at });
}

/** The page made up an id for what was typed, and a conversation for it. */
function named(seat: Seat, { id: key, conversation: conv, text }: Input & { text: string }): void {
  const sent = seat.open.get(text);
  if (!sent || sent.key) return;
  Object.assign(sent, { key, conv });
  seat.conv = conv;
  seat.stage.conversations.set(conv, nameOf(seat));
}

function settled(seat: Seat, { id: key, text }: Input & { text: string }, ack: Answered): void {
  if (!ack.ok && ack.error?.retryable) return;
  seat.open.delete(text);
  if (ack.ok) seat.known.set(text, { key, at: (ack.data as { pub: number }).pub });
}

/** All that the wire says, into the history and into what we know of the page. */
export function watchPage(seat: Seat): void {
  const name = () => nameOf(seat);
  const tap = tapWire(seat.stage, { proc: name, name, textOf: () => '' });
  listen(seat.page, {
    saw: tap.saw,
    came: (event) => learn(seat, event),
    asked(command, input) {
      if (command === 'message:send') named(seat, input as Input & { text: string });
      tap.asked(command, input);
    },
    answered(command, input, ack) {
      tap.answered(command, input, ack);
      if (command === 'message:send') settled(seat, input as Input & { text: string }, ack);
      const { epoch, events = [] } = (ack.data ?? {}) as {
        epoch?: string;
        events?: VisitorEvent[];
      };
      seat.epoch = epoch ?? seat.epoch;
      for (const event of events) learn(seat, event);
    },
  });
}
