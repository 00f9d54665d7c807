import { saidBy } from '../lib/said.ts';

/** Elements of the page may open the chat, begin in it, tell it something, or put it away. */
export function watchClicks(
  run: (...call: [string, ...unknown[]]) => void,
  signal: AbortSignal,
): void {
  const click = (event: Event) => {
    for (const at of event.composedPath()) {
      const { open, draft, track, hide } = saidBy(at as HTMLElement);
      if (track) run('track', track);
      if (hide !== undefined) {
        run('close');
        run('hideLauncher');
      }
      if (draft !== undefined) run('newConversation', { draft });
      else if (open !== undefined) run('open', open);
      else continue;
      // A link that leads elsewhere without us.
      event.preventDefault();
    }
  };
  document.addEventListener('click', click, { signal });
}
