import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { type Bubble, hasOlder, threadOf } from '../store/selectors.ts';
import type { Line } from '../store/state.ts';
import { type Chat, useChat, useClient, useSiteName, useTexts, useView } from './context.ts';
import { dayName, isSameDay } from './format.ts';
import { DownIcon } from './icons.tsx';
import { MessageBubble } from './MessageBubble.tsx';
import { useScroll } from './use-scroll.ts';

/** Messages of one author this close together read as one. */
const GROUP_MS = 5 * 60_000;

export function Thread({ conversation }: { conversation: string | null }): VNode {
  const { client, shown } = useChat();
  const id = conversation ?? '';
  const known = useClient((state) => state.conversations[id]);
  const outbox = useClient((state) => state.outbox);
  const items = useMemo(
    () => threadOf(client.getState(), id).flatMap((item) => asShown(item, id, shown)),
    [known, outbox, id],
  );
  useEffect(() => {
    if (conversation) client.follow(conversation);
  }, [client, conversation]);
  const scroll = useScroll(items, () => {
    if (hasOlder(known)) void client.loadOlder(id);
  });
  useMarkRead(id, scroll.atEnd);
  return (
    <>
      <Messages
        scroll={scroll}
        items={items}
        isLoading={known?.stream?.epoch === '' && !known.items.length && items.length === 0}
        isWhole={!known || known.low <= 1}
      />
      <TypingLine id={id} />
    </>
  );
}

/** A message as the page wants it; what is no message, or has no words any more, as it is. */
function asShown(item: Bubble | Line, conversationId: string, shown: Chat['shown']) {
  if (item.kind === 'line' || item.deleted) return item;
  const { id, mine, text, name } = item;
  const said = shown({ id, conversationId, mine, text, name });
  return said ? { ...item, text: said.text, name: said.name } : [];
}

interface MessagesProps {
  scroll: ReturnType<typeof useScroll>;
  items: (Bubble | Line)[];
  isLoading: boolean;
  /** It is there from its beginning on. */
  isWhole: boolean;
}

function Messages({ scroll, items, isLoading, isWhole }: MessagesProps): VNode {
  const t = useTexts();
  const greeting = useView((view) => view.greeting);
  const name = useSiteName();
  return (
    <div class="messages-frame">
      <div
        class="messages"
        ref={scroll.ref}
        onScroll={scroll.onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t('message')}
      >
        {greeting && isWhole && (
          <>
            <span class="author">
              <bdi>{name}</bdi>
            </span>
            <p class="bubble" dir="auto">
              {greeting}
            </p>
          </>
        )}
        {!isWhole && <p class="day">{t('loadingOlder')}</p>}
        {isLoading && <p class="skeleton" aria-hidden="true" />}
        <ol>
          {items.map((item, i) => (
            <Entry key={item.id} item={item} before={items[i - 1]} after={items[i + 1]} />
          ))}
        </ol>
      </div>
      {scroll.hasNew && (
        <button type="button" class="jump" onClick={scroll.toEnd}>
          <DownIcon />
          {t('newMessages')}
        </button>
      )}
    </div>
  );
}

interface EntryProps {
  item: Bubble | Line;
  before: Bubble | Line | undefined;
  after: Bubble | Line | undefined;
}

const belongTogether = (a: Bubble | Line | undefined, b: Bubble | Line | undefined): boolean =>
  a?.kind === 'message' &&
  b?.kind === 'message' &&
  a.mine === b.mine &&
  a.name === b.name &&
  Math.abs(a.time - b.time) < GROUP_MS;

function Entry({ item, before, after }: EntryProps): VNode {
  const t = useTexts();
  const { tag } = useView((view) => view.language);
  const isLast = !after;
  const isNewDay = !before || !isSameDay(before.time, item.time);
  const days = { today: t('today'), yesterday: t('yesterday') };
  return (
    <>
      {isNewDay && <li class="day">{dayName(item.time, tag, days)}</li>}
      {item.kind === 'line' ? (
        <li class="line">
          <bdi>
            {t(isLast && item.what === 'resolved' ? 'closed' : item.what, {
              name: item.name ?? '',
            })}
          </bdi>
        </li>
      ) : (
        <MessageBubble
          bubble={item}
          isFirst={isNewDay || !belongTogether(before, item)}
          isLast={!belongTogether(item, after)}
          isNewest={isLast}
        />
      )}
    </>
  );
}

function TypingLine({ id }: { id: string }): VNode {
  const t = useTexts();
  const typing = useClient((state) => state.typing[id]);
  return (
    <p class="typing" data-on={typing !== undefined}>
      {typing && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {t('typing', { name: typing.name || t('someone') })}
        </>
      )}
    </p>
  );
}

/** Seen means: the end of the thread is in view, in a window somebody looks at. */
function useMarkRead(id: string, atEnd: boolean): void {
  const { client } = useChat();
  const unread = useClient((state) => state.conversations[id]?.unread ?? 0);
  const online = useClient((state) => state.status === 'online');
  useEffect(() => {
    if (unread === 0 || !atEnd || !online) return;
    const mark = () => {
      if (document.hasFocus() && document.visibilityState === 'visible') client.markRead(id);
    };
    mark();
    window.addEventListener('focus', mark);
    return () => window.removeEventListener('focus', mark);
  }, [client, id, unread, atEnd, online]);
}
