import type { Ephemeral } from '@throughline/shared/schema';
import { changeConversation, type WidgetStore } from '../store/store.ts';

/** Typing that was not repeated ends by itself. */
const TYPING_MS = 6000;

/** What is worth knowing now, and is not asked for again. */
export function takeEphemeral(store: WidgetStore, message: Ephemeral): void {
  // What names no conversation is about the site, as this visitor meets it.
  if (!('conversation' in message)) {
    const { kind: _, ...change } = message;
    store.setState(({ site }) => ({ site: { ...site, ...change } as typeof site }));
  }
  if (message.kind === 'delivered')
    changeConversation(
      store,
      message.conversation,
      (known) => known && { ...known, delivered: message.pub },
    );
  if (message.kind !== 'typing') return;
  const { conversation, actor, on } = message;
  store.setState(({ typing: { [conversation]: _, ...rest } }) => ({
    typing: on
      ? { ...rest, [conversation]: { name: actor.name ?? '', until: Date.now() + TYPING_MS } }
      : rest,
  }));
  if (on) setTimeout(() => forgetTyping(store, conversation), TYPING_MS + 100);
}

function forgetTyping(store: WidgetStore, conversation: string): void {
  const { typing } = store.getState();
  if ((typing[conversation]?.until ?? Number.POSITIVE_INFINITY) > Date.now()) return;
  const { [conversation]: _, ...rest } = typing;
  store.setState({ typing: rest });
}
