import { Component, type VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Bubble, hasOlder, threadOf } from '../store/selectors.ts';
import type { Line } from '../store/state.ts';
import { type Chat, useChat, useClient, useSiteName, useTexts, useView } from './context.ts';
import { dayName, isSameDay } from './format.ts';
import { DownIcon } from './icons.tsx';
import { MessageBubble } from './MessageBubble.tsx';
import { useScroll } from './use-scroll.ts';

/** So many are drawn at first, and so many more each time: a long thread costs what is looked at. */
const DRAWN = 60;

/** Messages of one author this close together read as one. */
const GROUP_MS = 5 * 60_000;

export function Thread({ conversation }: { conversation: string | null }): VNode {
  const { client, shown } = useChat();
  const id = conversation ?? '';
  const known = useClient((state) => state.conversations[id]);
  const outbox = useClient((state) => state.outbox);
  const unread = known?.unread ?? 0;
  const [drawn, draw] = useState(DRAWN + unread);
  const [readTo] = useState(unread ? known?.visitorRead : Infinity);
  const all = useMemo(
    () => threadOf(client.getState(), id).flatMap((item) => asShown(item, id, shown)),
    [known, outbox, id],
  );
  const items = useMemo(() => all.slice(-drawn), [all, drawn]);
  const isAllDrawn = items.length === all.length;
  useEffect(() => {
    if (conversation) client.follow(conversation);
  }, [client, conversation]);
  const scroll = useScroll(items, () => {
    if (!isAllDrawn) draw(drawn + DRAWN);
    else if (hasOlder(known)) void client.loadOlder(id).then(() => draw(drawn + DRAWN));
  });
  useEffect(() => {
    if (scroll.atEnd) draw(DRAWN + unread);
  }, [scroll.atEnd]);
  useMarkRead(id, scroll);
  return (
    <>
      <Messages
        scroll={scroll}
        items={items}
        isLoading={known?.stream?.epoch === '' && !known.items.length && items.length === 0}
        isWhole={isAllDrawn && (!known || known.low <= 1)}
        firstNew={items.find((item) => isNews(item, readTo))?.id}
        unread={unread}
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
  if (said?.text === text && said.name === name) return item;
  return said ? { ...item, text: said.text, name: said.name } : [];
}

const isNews = (item: Bubble | Line, readTo = 0): boolean =>
  item.kind === 'message' && !item.mine && (item.pub ?? 0) > readTo;

type Scroll = ReturnType<typeof useScroll>;

interface MessagesProps {
  scroll: Scroll;
  items: (Bubble | Line)[];
  isLoading: boolean;
  /** It is there from its beginning on. */
  isWhole: boolean;
  /** Where what was unread begins. */
  firstNew: string | undefined;
  unread: number;
}

function Messages({ scroll, items, isLoading, isWhole, firstNew, unread }: MessagesProps): VNode {
  const t = useTexts();
  const greeted = useView((view) => view.greeted);
  const greeting = useView((view) => greeted?.text ?? view.greeting);
  const siteName = useSiteName();
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
              <bdi>{greeted?.agent ?? siteName}</bdi>
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
            <Entry
              key={item.id}
              item={item}
              isNew={item.id === firstNew}
              before={items[i - 1]}
              after={items[i + 1]}
            />
          ))}
        </ol>
      </div>
      {!scroll.atEnd && (
        <button
          type="button"
          class="jump"
          aria-label={unread ? undefined : t('latest')}
          onClick={scroll.toEnd}
        >
          <DownIcon />
          {unread > 0 && t('newMessages', { n: unread })}
        </button>
      )}
    </div>
  );
}

interface EntryProps {
  item: Bubble | Line;
  isNew: boolean;
  before: Bubble | Line | undefined;
  after: Bubble | Line | undefined;
}

const belongTogether = (a: Bubble | Line | undefined, b: Bubble | Line | undefined): boolean =>
  a?.kind === 'message' &&
  b?.kind === 'message' &&
  a.mine === b.mine &&
  a.name === b.name &&
  Math.abs(a.time - b.time) < GROUP_MS;

/** Drawn anew only where something has changed: a long thread stays quick. */
class Entry extends Component<EntryProps> {
  override shouldComponentUpdate(next: EntryProps): boolean {
    return (Object.keys(next) as (keyof EntryProps)[]).some((key) => next[key] !== this.props[key]);
  }
  override render(): VNode {
    return <Drawn {...this.props} />;
  }
}

function Drawn({ item, isNew, before, after }: EntryProps): VNode {
  const t = useTexts();
  const { tag } = useView((view) => view.language);
  const isLast = !after;
  const isNewDay = !before || !isSameDay(before.time, item.time);
  const days = { today: t('today'), yesterday: t('yesterday') };
  return (
    <>
      {isNewDay && <li class="day">{dayName(item.time, tag, days)}</li>}
      {isNew && <li class="day new">{t('new')}</li>}
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
          isFirst={isNewDay || isNew || !belongTogether(before, item)}
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
function useMarkRead(id: string, { atEnd, isNear }: Scroll): void {
  const { client } = useChat();
  const unread = useClient((state) => state.conversations[id]?.unread ?? 0);
  const isThere = useClient(
    ({ status, conversations }) =>
      status === 'online' && conversations[id]?.stream?.phase === 'live',
  );
  useEffect(() => {
    if (unread === 0 || !atEnd || !isThere) return;
    const mark = () => {
      if (isNear.current && document.hasFocus() && document.visibilityState === 'visible')
        client.markRead(id);
    };
    mark();
    window.addEventListener('focus', mark);
    return () => window.removeEventListener('focus', mark);
  }, [client, id, unread, atEnd, isThere]);
}
