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
  const { [conversation]: before, ...rest } = store.getState().typing;
  clearTimeout(before?.timer);
  const name = actor.name ?? '';
  const typing = on && { name, timer: setTimeout(forgetTyping, TYPING_MS, store, conversation) };
  store.setState({ typing: typing ? { ...rest, [conversation]: typing } : rest });
}

function forgetTyping(store: WidgetStore, conversation: string): void {
  store.setState(({ typing: { [conversation]: _, ...rest } }) => ({ typing: rest }));
}

/** Who is typing was true while we heard of it. */
export function forgetAllTyping(store: WidgetStore): void {
  for (const { timer } of Object.values(store.getState().typing)) clearTimeout(timer);
  store.setState({ typing: {} });
}
