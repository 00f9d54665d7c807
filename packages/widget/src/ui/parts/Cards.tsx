import { safeHref } from '@throughline/shared';
import type { Card as CardData } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { blockWords } from '../../i18n/words/block.ts';
import type { Bubble } from '../../store/selectors.ts';
import { useTexts, useView } from '../context.ts';
import { Buttons } from './Buttons.tsx';
import { NextIcon, PictureIcon, PreviousIcon } from './icons.tsx';

interface Props {
  bubble: Bubble;
  cards: CardData[];
}

/** Side by side: swiped, scrolled with the arrow keys, or turned with two buttons. */
export function Cards({ bubble, cards }: Props): VNode {
  const w = useTexts(blockWords);
  const { dir } = useView((view) => view.language);
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  const stepPx = () => {
    const [first, second] = list.current?.children ?? [];
    if (!(first instanceof HTMLElement && second instanceof HTMLElement)) return 1;
    return Math.abs(second.offsetLeft - first.offsetLeft) || 1;
  };
  const turn = (by: 1 | -1) =>
    list.current?.scrollBy({ left: (dir === 'rtl' ? -by : by) * stepPx() });
  return (
    <>
      <ul
        ref={list}
        class="cards"
        aria-label={w('cards')}
        tabIndex={cards.length > 1 ? 0 : -1}
        onScroll={({ currentTarget }) =>
          setAt(Math.round(Math.abs(currentTarget.scrollLeft) / stepPx()))
        }
      >
        {cards.map((card, i) => (
          <li key={i} class="card" aria-label={w('card', { n: i + 1, all: cards.length })}>
            <Card bubble={bubble} card={card} />
          </li>
        ))}
      </ul>
      {cards.length > 1 && (
        <p class="turn">
          <button
            type="button"
            aria-label={w('previous')}
            disabled={at === 0}
            onClick={() => turn(-1)}
          >
            <PreviousIcon />
          </button>
          <span aria-hidden="true">{w('card', { n: at + 1, all: cards.length })}</span>
          <button
            type="button"
            aria-label={w('next')}
            disabled={at >= cards.length - 1}
            onClick={() => turn(1)}
          >
            <NextIcon />
          </button>
        </p>
      )}
    </>
  );
}

function Card({ bubble, card }: { bubble: Bubble; card: CardData }): VNode {
  const { title, text, image, buttons = [] } = card;
  return (
    <>
      {image && <Picture image={image} />}
      <b dir="auto">{title}</b>
      {text && <p dir="auto">{text}</p>}
      {buttons.length > 0 && <Buttons bubble={bubble} buttons={buttons} />}
    </>
  );
}

/** Where the widget's own files come from sees its visitors anyway. */
const HOME = new URL(import.meta.url).origin;

/** From elsewhere it is loaded when the visitor asks for it: an address can tell who looks (MD-03). */
function Picture({ image }: { image: NonNullable<CardData['image']> }): VNode | null {
  const w = useTexts(blockWords);
  const href = safeHref(image.url);
  const [isWanted, setWanted] = useState(href !== undefined && new URL(href).origin === HOME);
  const [isBroken, setBroken] = useState(false);
  if (!href) return null;
  if (isBroken) return <p class="picture">{image.alt || w('noPicture')}</p>;
  if (isWanted)
    return (
      <img
        class="picture"
        src={href}
        alt={image.alt ?? ''}
        referrerpolicy="no-referrer"
        onError={() => setBroken(true)}
      />
    );
  return (
    <button type="button" class="picture" onClick={() => setWanted(true)}>
      <PictureIcon />
      {w('showPicture', { host: new URL(href).host })}
    </button>
  );
}
