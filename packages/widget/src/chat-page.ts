import type { Run } from './api.ts';
import { type Asking, type Handed, isHanded } from './host/handover.ts';

/**
 * The relay's page of one chat alone. It asks the page that opened it who is talking, goes on from there,
 * and tells it when the visitor became somebody here. Opened by nobody, or by a page that is none of the
 * site's, it is a chat of its own.
 */
const chat = Reflect.get(globalThis, 'Throughline') as Run;
const said = new URLSearchParams(location.search);
const site = said.get('site') ?? '';

/** The business may have to be asked for a token first. */
const PATIENCE_MS = 5000;

/** The page that opened this one. */
interface Opener {
  window: Window;
  origin: string;
}

/**
 * Any page can open this one, and say that it is another: the relay knows the site's pages, and the
 * browser delivers to and from the named one alone. Undefined for everybody else.
 */
async function findOpener(): Promise<Opener | undefined> {
  const origin = said.get('origin');
  const window = globalThis.opener as Window | null;
  if (!window || !origin) return undefined;
  const question = `/v1/sites/${encodeURIComponent(site)}?${new URLSearchParams({ origin })}`;
  // One that is taken off the list counts no more, whatever is still kept.
  const answer = await fetch(question, { cache: 'no-store' }).catch(() => undefined);
  return answer?.ok ? { window, origin } : undefined;
}

/** Undefined where nobody answers. */
function ask({ window, origin }: Opener): Promise<Handed | undefined> {
  return new Promise((resolve) => {
    const stop = new AbortController();
    const done = (answer?: Handed) => {
      stop.abort();
      resolve(answer);
    };
    setTimeout(done, PATIENCE_MS);
    const hear = (event: MessageEvent<unknown>) => {
      const isTheirs = event.source === window && event.origin === origin;
      if (isTheirs && isHanded(event.data)) done(event.data);
    };
    addEventListener('message', hear, { signal: stop.signal });
    window.postMessage({ throughline: 'ready' } satisfies Asking, origin);
  });
}

async function begin(): Promise<void> {
  const opener = await findOpener();
  const handed = opener && (await ask(opener));
  const { options, user, ...visitor } = handed ?? {};
  const place = document.querySelector('main');
  // Nothing to write in before it is known who talks, and where: it would be lost, or said somewhere else.
  if (handed) place?.remove();
  const look = { ...options, site, mode: 'inline', container: 'main', storage: 'session' };
  chat('init', { ...look, consent: options?.consent === 'denied' ? 'denied' : 'granted' });
  if (!opener || !handed) return;
  // What proves who this is grows old: it is asked for again at every connect.
  const token = async () => (await ask(opener))?.user?.token ?? user?.token;
  if (user) chat('identify', { ...user, ...(user.token && { token }) });
  chat('on', 'conversation.started', async () =>
    opener.window.postMessage(await chat('handOver'), opener.origin),
  );
  await chat('become', visitor);
  if (place) document.body.append(place);
}

void begin();
