import type { Client } from '../../assemble.ts';

export interface Push {
  /** The page's own worker, and the relay's key to subscribe with. */
  worker: string;
  key: string;
}

/** Beside whatever worker the page itself has: below a folder of our own no page is controlled. */
const scopeOf = (worker: string): string =>
  new URL('throughline/', new URL(worker, location.href)).href;

const subscriptionOf = async (worker: string): Promise<PushSubscription | null | undefined> =>
  (await navigator.serviceWorker.getRegistration(scopeOf(worker)))?.pushManager.getSubscription();

/** Whether this browser could tell of replies at all. */
export const canPush = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

/** Kept with what is kept of the visitor: who comes after them has not asked for it. */
const OF_VISITOR = 'push';

export async function isPushOn({ persist }: Client, { worker }: Push): Promise<boolean> {
  const subscription = await subscriptionOf(worker).catch(() => undefined);
  const isTheirs = subscription && persist.note(OF_VISITOR) === subscription.endpoint;
  return Notification.permission === 'granted' && isTheirs === true;
}

/** Whatever the relay hears of it: from here on this browser shows nothing. */
export async function endPush(worker: string): Promise<void> {
  await (await subscriptionOf(worker))?.unsubscribe();
}

interface TypesPolicy {
  createScriptURL(url: string): string;
}

/** On pages with Trusted Types the address of a worker needs a policy; where ours is not let in, it fails. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: TypesPolicy): TypesPolicy };
  };
  policy ??= trustedTypes?.createPolicy('throughline', { createScriptURL: (own) => own });
  return policy?.createScriptURL(url) ?? url;
}
let policy: TypesPolicy | undefined;

/** Subscribing needs a worker that is at work, which a new one is only after a moment. */
async function startWorker(worker: string): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register(trusted(worker), {
    scope: scopeOf(worker),
  });
  const coming = registration.installing ?? registration.waiting;
  if (!registration.active && coming)
    await new Promise<void>((ready) => {
      coming.addEventListener('statechange', () => coming.state === 'activated' && ready());
    });
  return registration;
}

/** Asks the visitor, the browser and the relay, in this order; false: one of them said no. */
export async function turnPushOn(client: Client, { worker, key }: Push): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const registration = await startWorker(worker);
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const { endpoint, keys } = subscription.toJSON();
  const { p256dh = '', auth = '' } = keys ?? {};
  const told = await client.ask('push:set', {
    subscription: { endpoint: endpoint ?? '', p256dh, auth, url: location.href },
  });
  if (!told?.ok) await subscription.unsubscribe();
  else client.persist.setNote(OF_VISITOR, endpoint ?? '');
  return told?.ok === true;
}

export async function turnPushOff(client: Client, { worker }: Push): Promise<void> {
  await endPush(worker);
  client.persist.setNote(OF_VISITOR, '');
  await client.ask('push:set', { subscription: null });
}
