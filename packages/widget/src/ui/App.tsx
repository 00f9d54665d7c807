import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { byActivity } from '../store/selectors.ts';
import { Announcer } from './Announcer.tsx';
import { Banner } from './Banner.tsx';
import { Composer } from './Composer.tsx';
import { type Chat, ChatContext, useChat, useClient, useTexts, useView } from './context.ts';
import { Header } from './Header.tsx';
import { pick } from './pick.ts';
import { Thread } from './Thread.tsx';
import { useAway } from './use-away.ts';
import { useMedia } from './use-media.ts';
import { usePart } from './use-part.ts';

/** As in the style sheets: a phone, however it is held, or as little room for another reason. */
const COVERED = '(max-width: 479px), (max-height: 479px)';

export function App({ chat }: { chat: Chat }): VNode {
  return (
    <ChatContext.Provider value={chat}>
      <Panel view={chat.view} close={chat.close} />
      <Announcer />
      <Parts />
      <Notices />
    </ChatContext.Provider>
  );
}

/** What is there with the panel closed as well. */
function Parts(): VNode {
  const hasGreetings = useView(({ site }) => !!site?.greetings?.length);
  const greeting = usePart(hasGreetings, () => import('./parts/greeting.tsx'));
  const away = useAway();
  return (
    <>
      {greeting && <greeting.Greeting />}
      {away && <away.Availability />}
    </>
  );
}

/** For whoever has a conversation: how an answer makes itself known while they look elsewhere. */
function Notices(): null {
  const chat = useChat();
  const hasAny = useClient((state) => !!byActivity(state)[0]);
  const part = usePart(hasAny, () => import('./parts/notices.ts'));
  useEffect(() => part?.openNotices(chat), [part]);
  return null;
}

function Panel({ view, close }: Pick<Chat, 'view' | 'close'>): VNode | null {
  const open = useView((view) => view.open);
  const place = useView((view) => view.place);
  const language = useView((view) => view.language);
  const theme = useView((view) => view.theme);
  const name = useClient((state) => state.site.name);
  const t = useTexts();
  const away = useAway();
  const panel = useRef<HTMLElement>(null);
  const isThread = place.at === 'thread';
  const around = usePart(open && !isThread, () => import('./parts/around.ts'));
  const isCovering = useMedia(COVERED) && open;
  const part = usePart(isCovering, () => import('./parts/cover.ts'));
  useEffect(
    () => (isCovering && panel.current ? part?.cover(panel.current, close) : undefined),
    [part, isCovering],
  );
  useEffect(() => {
    if (open && !isThread && !view.getState().isQuiet) panel.current?.focus();
  }, [open, place]);
  if (!open) return null;
  return (
    <section
      ref={panel}
      class="panel"
      part="panel"
      role="dialog"
      aria-label={name || t('conversations')}
      lang={language.tag}
      dir={language.dir}
      data-theme={theme}
      tabIndex={-1}
      // Without this a browser leaves the page for the file.
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => pick(view, event, event.dataTransfer)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) close();
      }}
    >
      <Header />
      <Banner />
      {isThread ? (
        <>
          <Thread key={place.conversation ?? 'new'} conversation={place.conversation} />
          {away && <away.LeaveWord conversation={place.conversation} />}
          {/* Stays while a new conversation gets its name: whoever goes on typing keeps every key. */}
          <Composer place={place} />
        </>
      ) : (
        around && <around.Around place={place} />
      )}
    </section>
  );
}
