import type { Run } from './api.ts';
import type { Asking, Handed } from './host/handover.ts';

/**
 * The relay's page of one chat alone. It asks the page that opened it who is talking, goes on from there,
 * and tells it when the visitor became somebody here. Opened by nobody, it is a chat of its own.
 */
const chat = Reflect.get(globalThis, 'Throughline') as Run;
const site = new URLSearchParams(location.search).get('site');

const PATIENCE_MS = 2000;

/** Undefined where nobody answers. */
function ask(): Promise<MessageEvent<Handed> | undefined> {
  const { opener } = window;
  if (!opener) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const stop = new AbortController();
    const done = (answer?: MessageEvent<Handed>) => {
      stop.abort();
      resolve(answer);
    };
    setTimeout(done, PATIENCE_MS);
    const hear = (event: MessageEvent) =>
      event.source === opener && event.data?.throughline === 'visitor' && done(event);
    addEventListener('message', hear, { signal: stop.signal });
    opener.postMessage({ throughline: 'ready' } satisfies Asking, '*');
  });
}

async function begin(): Promise<void> {
  const answer = await ask();
  const { options, user, ...visitor } = answer?.data ?? {};
  const look = { ...options, site, mode: 'inline', container: 'main', storage: 'session' };
  chat('init', { ...look, consent: options?.consent === 'denied' ? 'denied' : 'granted' });
  // What proves who this is grows old: it is asked for again at every connect.
  const token = async () => (await ask())?.data.user?.token ?? user?.token;
  if (user) chat('identify', { ...user, ...(user.token && { token }) });
  if (answer) chat('become', visitor);
  chat('on', 'conversation.started', async () => {
    if (answer) window.opener?.postMessage(await chat('handOver'), answer.origin);
  });
}

void begin();
