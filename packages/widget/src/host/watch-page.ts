export interface PageHandlers {
  /** Visible, focused, or online again. */
  back(): void;
  offline(): void;
  /** Left, perhaps for the back-forward cache, where nothing that has a socket or a lock is kept. */
  left(): void;
  /** Back from there. */
  restored(): unknown;
  /** Another address without a new page. */
  moved(): void;
}

/** Several of these events come together; catching up once is enough. */
const QUIET_MS = 2000;

/** Listens to what happens to the page; returns the end of it. */
export function watchPage(handlers: PageHandlers): () => void {
  const end = new AbortController();
  const { signal } = end;
  let lastMs = 0;
  const back = () => {
    if (document.hidden || Date.now() - lastMs < QUIET_MS) return;
    lastMs = Date.now();
    handlers.back();
  };
  document.addEventListener('visibilitychange', back, { signal });
  for (const name of ['focus', 'online']) window.addEventListener(name, back, { signal });
  window.addEventListener('offline', handlers.offline, { signal });
  window.addEventListener('pagehide', handlers.left, { signal });
  window.addEventListener('pageshow', (event) => event.persisted && handlers.restored(), {
    signal,
  });
  const navigation = (window as { navigation?: EventTarget }).navigation;
  navigation?.addEventListener('navigatesuccess', handlers.moved, { signal });
  if (!navigation)
    import('./history.ts').then(
      ({ watchHistory }) => watchHistory(handlers.moved, signal),
      () => {},
    );
  window.addEventListener('popstate', handlers.moved, { signal });
  return () => end.abort();
}
