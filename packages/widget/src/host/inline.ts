import { addStyles } from '../lib/styles.ts';
import css from './inline.css?inline';
import type { Launcher } from './launcher.ts';

interface Around {
  launcher: Pick<Launcher, 'host' | 'root'>;
  options: { container?: string | Element };
  view: { setState(change: { isQuiet: boolean }): void };
  run(command: 'open'): unknown;
}

/**
 * The panel fills an element of the page, which may come late, go, and come again. It opens by itself,
 * and leaves the focus where it is until somebody comes. Hands back its undo.
 */
export function standInline({ launcher, options, view, run }: Around): () => void {
  const { host, root } = launcher;
  const { container = 'body' } = options;
  addStyles(root, css);
  function stand(): void {
    const place = typeof container === 'string' ? document.querySelector(container) : container;
    if (!place) host.remove();
    else if (host.parentNode !== place) place.append(host);
  }
  stand();
  const page = new MutationObserver(stand);
  page.observe(document, { childList: true, subtree: true });
  view.setState({ isQuiet: true });
  root.addEventListener('focusin', () => view.setState({ isQuiet: false }), { once: true });
  run('open');
  return () => {
    page.disconnect();
    host.remove();
  };
}
