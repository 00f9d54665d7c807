import { oneLine } from '@throughline/shared';
import type { Undo } from '@throughline/shared/client';
import type { ConversationSummary } from '@throughline/shared/schema';
import { nameOf } from '../lib/person.ts';
import type { Core } from './core.ts';
import type { Offered } from './offers.ts';
import { isRouted, myId, type State, type Toast } from './state.ts';

export interface Notices {
  say(text: string, more?: Partial<Pick<Toast, 'tone' | 'action'>>): void;
  dismiss(): void;
  /** Keeps the sentence while somebody is about to use it. */
  hold(): void;
  release(): void;
  /** Tells of what is offered. */
  offer(offers: readonly Offered[], open: (id: string) => void): void;
  /** Tells of conversations in which a visitor wrote something. */
  tell(news: readonly ConversationSummary[], open: (id: string) => void): void;
}

const SHOWN_MS = 6000;
const WARNING_MS = 12_000;
const PREVIEW_CHARS = 80;

/** Nobody has to look for what is theirs: they are told by an offer. */
const isBrought = (state: State): boolean =>
  isRouted(state) && state.board.queues.every(({ mode }) => mode !== 'pull');

export function createNotices({ store, browser }: Core): Notices {
  let stopTimer: Undo = () => {};
  let count = 0;

  const dismiss = () => {
    stopTimer();
    store.setState({ toast: null });
  };
  const release = () => {
    stopTimer();
    const { toast } = store.getState();
    const ms = toast?.tone === 'warning' ? WARNING_MS : SHOWN_MS;
    if (toast) stopTimer = browser.setTimer(dismiss, ms);
  };

  /** Somebody else's conversations are theirs to hear of, and what is before one's eyes needs no bell. */
  function concerns({ id, assignee }: ConversationSummary): boolean {
    const state = store.getState();
    if (assignee === null && isBrought(state)) return false;
    if (assignee !== null && assignee !== myId(state)) return false;
    return !(state.isFocused && state.route.conversation === id);
  }

  return {
    say(text, { tone = 'plain', action = null } = {}) {
      count += 1;
      store.setState({ toast: { id: count, text, tone, action } });
      release();
    },
    dismiss,
    hold: () => stopTimer(),
    release,
    offer(offers, open) {
      const { settings } = store.getState();
      for (const [i, { id, offer, contact, lastMessage }] of offers.entries())
        browser.ring({
          id: offer.id,
          title: `Offered to you: ${nameOf(contact)}`,
          body: oneLine(lastMessage?.text ?? '').slice(0, PREVIEW_CHARS),
          sound: settings.sound && i === 0,
          notification: settings.notifications,
          open: () => open(id),
        });
    },
    tell(news, open) {
      const { settings } = store.getState();
      for (const [i, { id, contact, lastMessage }] of news.filter(concerns).entries())
        browser.ring({
          id: lastMessage?.id ?? id,
          title: nameOf(contact),
          body: oneLine(lastMessage?.text ?? '').slice(0, PREVIEW_CHARS),
          // However many came at once, one sound says it.
          sound: settings.sound && i === 0,
          notification: settings.notifications,
          open: () => open(id),
        });
    },
  };
}
