import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Announcer } from './Announcer.tsx';
import { Banner } from './Banner.tsx';
import { Composer } from './Composer.tsx';
import { ConversationList } from './ConversationList.tsx';
import { type Chat, ChatContext, useClient, useTexts, useView } from './context.ts';
import { Header } from './Header.tsx';
import { keepFocus } from './keep-focus.ts';
import { Thread } from './Thread.tsx';

export function App({ chat }: { chat: Chat }): VNode {
  return (
    <ChatContext.Provider value={chat}>
      <Panel view={chat.view} close={chat.close} />
      <Announcer />
    </ChatContext.Provider>
  );
}

function Panel({ view, close }: Pick<Chat, 'view' | 'close'>): VNode | null {
  const open = useView((view) => view.open);
  const place = useView((view) => view.place);
  const language = useView((view) => view.language);
  const theme = useView((view) => view.theme);
  const name = useClient((state) => state.site.name);
  const t = useTexts();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (open && place.at === 'list' && !view.getState().isQuiet) panel.current?.focus();
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
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) close();
        else keepFocus(event, panel.current);
      }}
    >
      <Header />
      <Banner />
      {place.at === 'list' ? (
        <ConversationList />
      ) : (
        <>
          <Thread key={place.conversation ?? 'new'} conversation={place.conversation} />
          {/* Stays while a new conversation gets its name: whoever goes on typing keeps every key. */}
          <Composer place={place} />
        </>
      )}
    </section>
  );
}
