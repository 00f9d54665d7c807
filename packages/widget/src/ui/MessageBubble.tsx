import { splitLinks } from '@throughline/shared';
import type { VNode } from 'preact';
import type { Bubble } from '../store/selectors.ts';
import { useClient, useTexts, useView } from './context.ts';
import { clockTime } from './format.ts';
import { ClockIcon, DeliveredIcon, SeenIcon, SentIcon } from './icons.tsx';
import { loadFiles } from './load-files.ts';
import { usePart } from './use-part.ts';

interface Props {
  bubble: Bubble;
  isFirst: boolean;
  isLast: boolean;
  /** Nothing was said after it. */
  isNewest: boolean;
}

/** What may be more than letters in what agents and programs write: only then its part is fetched. */
const MARKS = /[*_`]\S|]\(|^ *(>|([-+*]|#+|\d+[.)]) )/m;

export function MessageBubble({ bubble, isFirst, isLast, isNewest }: Props): VNode {
  const t = useTexts();
  const { mine, name, text, deleted, edited, state, attachments, block } = bubble;
  const files = usePart(attachments !== undefined, loadFiles);
  const marks = usePart(!mine && MARKS.test(text), () => import('./parts/markdown.tsx'));
  const blocks = usePart(block !== undefined, () => import('./parts/block.tsx'));
  const showFoot = isLast || edited || state !== 'sent';
  return (
    <li class="message" data-mine={mine} data-first={isFirst} data-state={state}>
      {isFirst && (
        <span class={mine ? 'unseen' : 'author'}>
          <bdi>{mine ? t('you') : (name ?? t('someone'))}</bdi>
        </span>
      )}
      {(text || deleted) && (
        <div class="bubble" dir="auto" data-deleted={deleted}>
          {deleted ? (
            t('deleted')
          ) : marks ? (
            <marks.Markdown text={text} />
          ) : (
            splitLinks(text).map(draw)
          )}
        </div>
      )}
      {attachments && files && <files.Attachments files={attachments} />}
      {block && blocks && <blocks.Block bubble={bubble} isNewest={isNewest} />}
      {showFoot && <Foot bubble={bubble} />}
    </li>
  );
}

const draw = ({ text, href }: ReturnType<typeof splitLinks>[number]) =>
  href ? (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  ) : (
    text
  );

const icons = {
  sent: SentIcon,
  delivered: DeliveredIcon,
  seen: SeenIcon,
  sending: ClockIcon,
  queued: ClockIcon,
};

/** When, and for one's own messages what became of them: exactly one state at any time (P16). */
function Foot({ bubble }: { bubble: Bubble }): VNode | null {
  const t = useTexts();
  const { tag } = useView((view) => view.language);
  const isOnline = useClient((state) => state.status === 'online');
  const part = usePart(bubble.state === 'failed', () => import('./parts/block.tsx'));
  if (bubble.state === 'failed') return part ? <part.FailedMessage id={bubble.id} /> : null;
  const says = bubble.fate ?? (bubble.state === 'queued' && isOnline ? 'sending' : bubble.state);
  const Icon = icons[says];
  return (
    <span class="foot-line">
      <time>{clockTime(bubble.time, tag)}</time>
      {bubble.edited && <span>{t('edited')}</span>}
      {bubble.mine && (
        <span class="delivery">
          <Icon />
          {t(says)}
        </span>
      )}
    </span>
  );
}
