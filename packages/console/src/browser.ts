import { setTimer } from './connection/index.ts';
import type { Browser, News } from './store/core.ts';
import { formatRoute, isHome, parseRoute } from './store/route.ts';

const SOUND = `${import.meta.env.BASE_URL}message.wav`;
/** As the style sheet has it: the details stand beside the thread. */
const wide = window.matchMedia('(min-width: 80rem)');
/** Long enough for every tab to have heard of the same message. */
const RING_MS = 2000;

const play = async (): Promise<void> => {
  const sound = new Audio(SOUND);
  sound.volume = 0.6;
  // A page nobody has touched yet may not make a sound; then it is silent.
  await sound.play().catch(() => {});
};

/** Of several tabs, the one that gets the lock plays. */
async function playOnce(id: string): Promise<void> {
  if (!navigator.locks) return play();
  await navigator.locks.request(`throughline ring ${id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    await play();
    await new Promise((done) => setTimeout(done, RING_MS));
  });
}

/** The tag makes several tabs show one notification. */
function notify({ id, title, body, open }: News): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const notification = new Notification(title, { body, tag: id, silent: true });
    notification.onclick = () => {
      window.focus();
      open();
      notification.close();
    };
  } catch {
    // Phones only let a service worker notify.
  }
}

async function mayNotify(): Promise<boolean> {
  if (!('Notification' in window)) return false;
  return (await Notification.requestPermission()) === 'granted';
}

/** The window, as the store knows it. */
export const browser: Browser = {
  now: Date.now,
  setTimer,
  route: () => parseRoute(location),
  isHome: () => isHome(location),
  showRoute(route, replace) {
    if (replace) history.replaceState(null, '', formatRoute(route));
    else history.pushState(null, '', formatRoute(route));
  },
  ring(news) {
    if (news.sound) void playOnce(news.id);
    if (news.notification) notify(news);
  },
  mayNotify,
  hasFocus: () => document.hasFocus(),
  isWide: () => wide.matches,
  watch({ focused, widened, popped, kept }) {
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener('focus', () => focused(true), { signal });
    window.addEventListener('blur', () => focused(false), { signal });
    window.addEventListener('popstate', () => popped(parseRoute(location)), { signal });
    window.addEventListener('storage', kept, { signal });
    wide.addEventListener('change', ({ matches }) => widened(matches), { signal });
    return () => stop.abort();
  },
};
