import type { Article as ArticleData } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { happened } from '../../events.ts';
import { articleWords } from '../../i18n/words/article.ts';
import { useChat, useClient, useTexts } from '../context.ts';
import { usePart, useStyles } from '../use-part.ts';
import css from './article.css?inline';
import { Foot } from './Foot.tsx';

type Read = ArticleData | 'missing' | 'failed' | undefined;

/** Asks the relay for it, as soon as there is a connection; undefined until it answers. */
function useArticle(article: string): { read: Read; again(): void } {
  const { client, tell } = useChat();
  const isOnline = useClient(({ status }) => status === 'online');
  const [read, setRead] = useState<Read>();
  const ask = async () => {
    const answer = await client.ask<'article:read', ArticleData>('article:read', { article });
    if (answer?.ok) return setRead(answer.data);
    // An id that can be none is refused for what it is.
    const isMissing = answer !== undefined && !answer.error.retryable;
    setRead(isMissing ? 'missing' : 'failed');
    if (!isMissing) return;
    const message = `There is no article ${article}, or the site does not show it.`;
    tell(happened('widget.error', { code: 'not_found', message, fatal: false }));
  };
  const isWanted = isOnline && (read === undefined || read === 'failed');
  useEffect(() => {
    if (isWanted) void ask();
  }, [isWanted]);
  return {
    read,
    again() {
      setRead(undefined);
      void ask();
    },
  };
}

/** What the business has written down, as a visitor reads it; from there to a conversation. */
export function Article({ id }: { id: string }): VNode {
  const t = useTexts(articleWords);
  const ref = useRef<HTMLElement>(null);
  useStyles(ref, css);
  const { read, again } = useArticle(id);
  const title = typeof read === 'object' ? read.title : undefined;
  useEffect(() => {
    const root = ref.current?.getRootNode() as ShadowRoot | undefined;
    // Whoever waits for it hears what it is, and can go through it at once; whoever went on is let go.
    if (title && root?.activeElement?.contains(ref.current))
      ref.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <>
      {/* A focus of its own: without one, keys could not scroll it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keys */}
      <article ref={ref} class="article" tabIndex={0} aria-label={title} aria-busy={!read}>
        {typeof read === 'object' ? <Text article={read} /> : <Instead of={read} again={again} />}
      </article>
      <Foot>{t('articleAsk')}</Foot>
    </>
  );
}

function Text({ article: { title, url, sections } }: { article: ArticleData }): VNode | null {
  const t = useTexts(articleWords);
  const marks = usePart(true, () => import('./markdown.tsx'));
  if (!marks) return null;
  return (
    <>
      <h3 dir="auto">{title}</h3>
      {sections.map(({ heading, text }, i) => (
        <section key={i} dir="auto">
          {heading && <h4>{heading}</h4>}
          <marks.Markdown text={text} />
        </section>
      ))}
      {url && (
        <p>
          <a href={url} target="_blank" rel="noopener noreferrer">
            {t('articlePage')}
          </a>
        </p>
      )}
    </>
  );
}

/** While it comes: nothing is quicker than a word about it. */
function Instead({ of, again }: { of: 'missing' | 'failed' | undefined; again(): void }) {
  const t = useTexts(articleWords);
  if (!of) return null;
  return (
    <div class="instead" role="status">
      <p>{t(of === 'missing' ? 'articleMissing' : 'articleFailed')}</p>
      {of === 'failed' && (
        <button type="button" onClick={again}>
          {t('tryAgain')}
        </button>
      )}
    </div>
  );
}
