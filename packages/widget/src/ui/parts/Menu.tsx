import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { menuWords } from '../../i18n/words/menu.ts';
import { useChat, useSiteName, useTexts, useView } from '../context.ts';
import { useStyles } from '../use-part.ts';
import css from './menu.css?inline';
import { PushSwitch } from './PushSwitch.tsx';
import { loadAll, save, transcriptOf, transcriptWords } from './transcript.ts';

interface Props {
  /** Of the thread behind it; none beside the list, and before a conversation has begun. */
  conversation: string | null | undefined;
  close(): void;
}

/** What is rarely wanted. Plain controls in reading order: Tab goes through them, Escape leads back. */
export function Menu({ conversation, close }: Props): VNode {
  const box = useRef<HTMLFieldSetElement>(null);
  const t = useTexts();
  useStyles(box, css);
  useLayoutEffect(() => {
    box.current?.querySelector<HTMLElement>('button, select')?.focus();
  }, []);
  return (
    <fieldset
      ref={box}
      class="menu"
      aria-label={t('menu')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        const button = box.current?.previousElementSibling as HTMLElement | null;
        button?.focus();
        close();
      }}
      onFocusOut={({ relatedTarget }) => {
        const to = relatedTarget as Element | null;
        // Its own button closes it by itself.
        if (to && !box.current?.parentElement?.contains(to)) close();
      }}
    >
      {conversation && <Transcript id={conversation} close={close} />}
      <Sound />
      <PushSwitch />
      <Languages />
      <NotKept />
    </fieldset>
  );
}

function Transcript({ id, close }: { id: string; close(): void }): VNode {
  const { client, shown } = useChat();
  const t = useTexts(transcriptWords);
  const { tag } = useView((view) => view.language);
  const siteName = useSiteName();
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    await loadAll(client, id);
    save(transcriptOf(client.getState(), { id, tag, siteName, t, shown }));
    close();
  };
  return (
    <button type="button" disabled={isBusy} onClick={run}>
      {t('transcript')}
    </button>
  );
}

function Sound(): VNode {
  const { client } = useChat();
  const t = useTexts(menuWords);
  const [isOn, setOn] = useState(client.choice('sound') !== 'off');
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      onClick={() => {
        client.choose('sound', isOn ? 'off' : '');
        setOn(!isOn);
      }}
    >
      {t('sound')}
      <span class="switch" />
    </button>
  );
}

/** Whoever is told keeps what they need: there is the transcript. */
function NotKept(): VNode | null {
  const { client } = useChat();
  const t = useTexts(menuWords);
  return client.persist.durable ? null : <p>{t('notKept')}</p>;
}

/** A language's name for itself. */
const nameOf = (tag: string): string =>
  new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;

function Languages(): VNode | null {
  const { view } = useChat();
  const t = useTexts(menuWords);
  const languages = useView((state) => state.languages);
  const { tag } = useView((state) => state.language);
  if (languages.length < 2) return null;
  const isNow = (one: string) => one === tag || one === tag.split('-')[0];
  return (
    <label>
      {t('language')}
      <select onChange={(event) => view.getState().setLanguage(event.currentTarget.value)}>
        {languages.map((one) => (
          <option key={one} value={one} lang={one} selected={isNow(one)}>
            {nameOf(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
