import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** This close to the end counts as being there. */
const NEAR_PX = 64;
/** This close to the beginning, what is above is on its way before it is missed. */
const SOON_PX = 400;
/** Who is there after this long still waits: the page was refused, or had nothing to draw. */
const AGAIN_MS = 1000;

interface Placed {
  id: string;
  mine?: boolean;
}

/**
 * Keeps a thread where its reader wants it: first at what is new, then at the end while they are there,
 * otherwise still, also when older messages appear above.
 */
export function useScroll(items: Placed[], loadOlder: () => void) {
  const ref = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  const [atEnd, setAtEnd] = useState(true);
  const first = items[0]?.id;
  const last = items.at(-1)?.id;
  const seen = useRef({ first, last });
  const isNear = useRef(true);
  const hasArrived = useRef(false);

  const toEnd = () => {
    const box = ref.current;
    if (box) box.scrollTop = box.scrollHeight;
  };
  const onScroll = () => {
    const box = ref.current;
    if (!box?.clientHeight) return;
    // It grew while it was on its way to the end: nobody has left that.
    if (isNear.current && box.scrollHeight !== height.current) toEnd();
    height.current = box.scrollHeight;
    isNear.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    setAtEnd(isNear.current);
    if (box.scrollTop < SOON_PX) loadOlder();
  };

  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const { first: firstBefore, last: lastBefore } = seen.current;
    seen.current = { first, last };
    const news = box.querySelector<HTMLElement>('.new');
    if (news && !hasArrived.current) {
      hasArrived.current = true;
      box.scrollTop = news.offsetTop - NEAR_PX;
      height.current = box.scrollHeight;
      onScroll();
      return;
    }
    // One's own message is always worth a look.
    if (atEnd || (last !== lastBefore && items.at(-1)?.mine)) toEnd();
    else if (first !== firstBefore) box.scrollTop += box.scrollHeight - height.current;
    height.current = box.scrollHeight;
  }, [items]);

  useEffect(() => {
    const timer = setTimeout(onScroll, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [items]);

  // A keyboard, a banner, or a part that arrives later takes room: the end stays in view.
  useEffect(() => {
    const box = ref.current;
    const sizes = new ResizeObserver(() => {
      if (isNear.current) toEnd();
      if (box) height.current = box.scrollHeight;
    });
    if (box) for (const one of [box, ...box.children]) sizes.observe(one);
    return () => sizes.disconnect();
  }, []);

  return {
    ref,
    atEnd,
    isNear,
    toEnd,
    onScroll,
  };
}
