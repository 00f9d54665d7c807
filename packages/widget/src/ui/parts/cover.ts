import { addStyles } from '../../lib/styles.ts';
import css from './cover.css?inline';
import { keepFocus } from './keep-focus.ts';

const MARK = 'throughline';

const styled = new WeakSet<Node>();

/** The panel covers a phone's screen: what that asks for, as long as it does. Hands back its undo. */
export function cover(panel: HTMLElement, close: () => void): () => void {
  // One that fills a place of the page covers nothing.
  if (getComputedStyle(panel.parentElement ?? panel).position !== 'fixed') return () => {};
  const end = new AbortController();
  const root = panel.getRootNode() as ShadowRoot;
  if (!styled.has(root)) addStyles(root, css);
  styled.add(root);
  panel.setAttribute('aria-modal', 'true');
  panel.addEventListener('keydown', (event) => keepFocus(event, panel), end);
  followViewport(panel, end.signal);
  const unlock = lockScroll();
  const forgetBack = takeBack(close, end.signal);
  return () => {
    end.abort();
    unlock();
    forgetBack();
    panel.removeAttribute('aria-modal');
  };
}

/** The keyboard takes half of the screen: the field stays above it. */
function followViewport(panel: HTMLElement, signal: AbortSignal): void {
  const { visualViewport: seen } = window;
  const place = panel.parentElement;
  if (!seen || !place) return;
  const follow = () => {
    // Somebody who magnifies looks around by themselves.
    const isWhole = seen.scale < 1.05;
    place.style.insetBlock = isWhole ? `${seen.offsetTop}px auto` : '';
    panel.style.blockSize = isWhole ? `${seen.height}px` : '';
  };
  seen.addEventListener('resize', follow, { signal });
  seen.addEventListener('scroll', follow, { signal });
  signal.addEventListener('abort', () => {
    place.style.insetBlock = panel.style.blockSize = '';
  });
  follow();
}

/** The page stays where it is; the room of its scroll bar, where it has one, stays as well. */
function lockScroll(): () => void {
  const { style } = document.documentElement;
  const { overflow, scrollbarGutter } = style;
  if (innerWidth > document.documentElement.clientWidth) style.scrollbarGutter = 'stable';
  style.overflow = 'hidden';
  return () => Object.assign(style, { overflow, scrollbarGutter });
}

const isOurs = (): boolean => Boolean(history.state && MARK in Object(history.state));

/**
 * Back closes the chat and stays on the page. What a router keeps in the entry is kept in ours, so
 * that coming back to it is nothing new. Closed otherwise, the entry is taken away again.
 */
function takeBack(close: () => void, signal: AbortSignal): () => void {
  // There after a reload: once is enough.
  if (!isOurs()) history.pushState({ ...history.state, [MARK]: true }, '');
  let isBack = false;
  const back = () => {
    if (isOurs()) return;
    isBack = true;
    close();
  };
  window.addEventListener('popstate', back, { signal });
  return () => {
    // A page that has moved on since then has an entry of its own: that one is not ours to leave.
    if (!isBack && isOurs()) history.back();
  };
}
