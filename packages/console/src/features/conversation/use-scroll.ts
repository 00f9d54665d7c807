import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Item } from '../../store/items.ts';

interface ScrollOptions {
  items: readonly Item[];
  onNearTop(): void;
}

const isMessage = ({ kind }: Item): boolean => kind === 'message';

/** This close to an edge counts as being there. */
const END_PX = 60;
const TOP_PX = 800;

/** Where in the thread the reader is, kept still while messages come above and below. */
export function useScroll({ items, onNearTop }: ScrollOptions) {
  const ref = useRef<HTMLDivElement>(null);
  /** Between the reader's place and the end; what is added above does not change it. */
  const fromEnd = useRef(0);
  const firstId = useRef<string | undefined>(undefined);
  const [isAtEnd, setAtEnd] = useState(true);
  const pinned = useRef(true);
  const height = useRef(0);
  const lastSeen = useRef<string | undefined>(undefined);

  function look(): void {
    const box = ref.current;
    if (!box) return;
    // A window that shrinks scrolls, too; that is nobody leaving the end.
    if (pinned.current && box.clientHeight !== height.current) toEnd();
    height.current = box.clientHeight;
    fromEnd.current = box.scrollHeight - box.scrollTop;
    pinned.current = fromEnd.current - box.clientHeight < END_PX;
    setAtEnd(pinned.current);
  }

  function toEnd(): void {
    const box = ref.current;
    if (box) box.scrollTop = box.scrollHeight;
  }

  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const isFirst = firstId.current === undefined && items.length > 0;
    const hasGrownAbove = firstId.current !== undefined && firstId.current !== items[0]?.id;
    firstId.current = items[0]?.id;
    if (isFirst) showBeginning(box);
    else if (pinned.current) toEnd();
    else if (hasGrownAbove) box.scrollTop = box.scrollHeight - fromEnd.current;
    look();
    if (box.scrollTop < TOP_PX) onNearTop();
  }, [items]);

  useEffect(() => {
    const box = ref.current;
    if (!box || typeof ResizeObserver === 'undefined') return;
    // The composer grows, the window shrinks: whoever reads the end goes on reading the end.
    const observer = new ResizeObserver(() => {
      if (pinned.current) toEnd();
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  if (isAtEnd) lastSeen.current = items.at(-1)?.id;
  const seenAt = items.findLastIndex(({ id }) => id === lastSeen.current);
  return {
    ref,
    isAtEnd,
    /** Messages that came below what the reader saw. */
    unseen: seenAt === -1 ? 0 : items.slice(seenAt + 1).filter(isMessage).length,
    toEnd,
    onScroll(): void {
      look();
      if ((ref.current?.scrollTop ?? TOP_PX) < TOP_PX) onNearTop();
    },
  };
}

/** A thread opens at its end, or where the unread part begins when that is further up. */
function showBeginning(box: HTMLElement): void {
  box.scrollTop = box.scrollHeight;
  const line = box.querySelector<HTMLElement>('.new-line');
  if (!line) return;
  const above = line.getBoundingClientRect().top - box.getBoundingClientRect().top;
  if (above < 0) box.scrollTop += above - 24;
}
