/**
 * Runs in a worker of the business's own origin, which has one line: `importScripts('…/sdk/v1/push.js')`.
 * Shows what the relay sends, and leads to the page it was asked for on.
 */
interface Notice {
  title: string;
  text: string;
  conversation: string;
  url: string;
}

interface PushWorker {
  addEventListener(
    name: 'push' | 'notificationclick',
    run: (event: {
      data?: { json(): Notice };
      notification: Notification;
      waitUntil(work: Promise<unknown>): void;
    }) => void,
  ): void;
  registration: ServiceWorkerRegistration;
  clients: {
    matchAll(wanted: object): Promise<{ url: string; focus(): Promise<unknown> }[]>;
    openWindow(url: string): Promise<unknown>;
  };
}

const worker = globalThis as unknown as PushWorker;

worker.addEventListener('push', (event) => {
  const notice = event.data?.json();
  if (notice) event.waitUntil(show(notice));
});

const show = ({ title, text, conversation, url }: Notice): Promise<void> =>
  // A later one of the same conversation takes the place of the one before.
  worker.registration.showNotification(title, { body: text, tag: conversation, data: url });

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data as string));
});

/** To the page if it is still open somewhere, else to it anew. */
async function lead(url: string): Promise<void> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const place = ({ url: own }: { url: string }) => own.split('#')[0] === url.split('#')[0];
  const page = pages.find(place);
  await (page ? page.focus() : worker.clients.openWindow(url));
}
