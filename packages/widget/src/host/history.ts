/** For browsers without the Navigation API: also an address that a page's own script changes is noticed. */
export function watchHistory(moved: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  for (const name of ['pushState', 'replaceState'] as const) {
    const before = history[name];
    const after: History['pushState'] = function (this: History, ...args) {
      before.apply(this, args);
      if (!signal.aborted) moved();
    };
    history[name] = after;
    // What somebody has put around it meanwhile stays, and goes on to what was there before us.
    signal.addEventListener('abort', () => {
      if (history[name] === after) history[name] = before;
    });
  }
  // The page may have moved while this was on its way.
  moved();
}
