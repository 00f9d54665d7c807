import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PushService, startPushService } from '../../packages/server/test/push-service.ts';
import { type Desk, signIn, visitShop } from './people.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

let stage: Stage;
let office: Visit;
let desk: Desk;
beforeAll(async () => {
  stage = await setStage();
  office = await stage.open();
  desk = await signIn(office, stage);
});
afterAll(async () => {
  await stage?.close();
});

/** The browser maker's own service cannot be asked from here: a subscription is made up, all else is real. */
const subscribesTo = (shop: Visit, { subscription }: PushService) =>
  shop.context.addInitScript(({ endpoint, p256dh, auth }) => {
    const made = {
      endpoint,
      toJSON: () => ({ endpoint, keys: { p256dh, auth } }),
      async unsubscribe() {
        document.documentElement.dataset.unsubscribed = '';
        return true;
      },
    } as unknown as PushSubscription;
    PushManager.prototype.subscribe = async () => made;
    PushManager.prototype.getSubscription = async () => made;
  }, subscription);

/** Where there are several relays, another one counts a visitor as here for ten seconds more. */
const replyUntilTold = ({ notices }: PushService) =>
  expect
    .poll(
      async () => {
        if (notices.length === 0) await desk.reply('It is there.');
        return notices.length;
      },
      { timeout: 30_000, interval: 1000 },
    )
    .toBeGreaterThan(0);

async function asksForNotices(shop: Visit, service: PushService, words: string) {
  await subscribesTo(shop, service);
  const visitor = await visitShop(shop, stage);
  await visitor.openChat();
  await visitor.say(words);
  await visitor.sees(words, 'Sent');
  await visitor.panel.getByRole('button', { name: 'More' }).click();
  const push = visitor.panel.getByRole('switch', { name: 'Tell me of replies' });
  await push.click();
  await expect.poll(() => push.getAttribute('aria-checked')).toBe('true');
}

it('a visitor who asked for it is told of a reply after the page is closed, by their browser', async () => {
  await using service = await startPushService();
  await using shop = await stage.open({ permissions: ['notifications'] });
  await subscribesTo(shop, service);
  const visitor = await visitShop(shop, stage);
  await visitor.openChat();
  const openMenu = () => visitor.panel.getByRole('button', { name: 'More' }).click();
  await openMenu();
  await visitor.panel.getByRole('switch', { name: 'Sound' }).waitFor();
  expect(await visitor.panel.getByRole('switch', { name: 'Tell me of replies' }).count()).toBe(0);
  await shop.page.keyboard.press('Escape');
  await visitor.say('Tell me when it is there.');
  await visitor.sees('Tell me when it is there.', 'Sent');
  await openMenu();
  const push = visitor.panel.getByRole('switch', { name: 'Tell me of replies' });
  await push.click();
  await expect.poll(() => push.getAttribute('aria-checked')).toBe('true');

  const home = await shop.context.newPage();
  await home.goto(`${stage.base}/demo/art/hero.svg`);
  await shop.page.close();
  await office.page.bringToFront();
  await desk.openConversation('Tell me when it is there.');
  await replyUntilTold(service);
  const [notice] = service.notices;
  expect(notice).toMatchObject({ text: 'It is there.', url: `${stage.base}/demo/` });

  // What the service would now hand the browser.
  const devtools = await shop.context.newCDPSession(home);
  const versions: { registrationId: string; scopeURL: string }[] = [];
  devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) =>
    versions.push(...registrations),
  );
  await devtools.send('ServiceWorker.enable');
  await expect.poll(() => versions.length).toBeGreaterThan(0);
  await devtools.send('ServiceWorker.deliverPushMessage', {
    origin: stage.base,
    registrationId: versions[0]?.registrationId ?? '',
    data: JSON.stringify(notice),
  });
  const shown = () =>
    home.evaluate(async () => {
      const [registration] = await navigator.serviceWorker.getRegistrations();
      const all = (await registration?.getNotifications()) ?? [];
      return all.map(({ title, body, data }) => ({ title, body, data }));
    });
  await expect
    .poll(shown)
    .toEqual([{ title: 'Ada', body: 'It is there.', data: `${stage.base}/demo/` }]);
  expect(shop.faults).toEqual([]);
});

it('whoever logs out leaves no notices behind at this browser', async () => {
  await using service = await startPushService();
  await using shop = await stage.open({ permissions: ['notifications'] });
  await asksForNotices(shop, service, 'Tell me when it is there.');
  await shop.page.evaluate(() =>
    (window as unknown as { Throughline(call: string): void }).Throughline('logout'),
  );
  await expect
    .poll(() => shop.page.evaluate(() => 'unsubscribed' in document.documentElement.dataset))
    .toBe(true);
  expect(shop.faults).toEqual([]);
});

it('nor does a page that leaves in the moment of logging out', async () => {
  await using gone = await startPushService();
  await using asked = await startPushService();
  await using first = await stage.open({ permissions: ['notifications'] });
  await using second = await stage.open({ permissions: ['notifications'] });
  await asksForNotices(first, gone, 'Who logs out.');
  await asksForNotices(second, asked, 'Who only leaves.');
  // What would end it in the browser itself does not come any more.
  await first.page.route('**/rare.*.js', () => {});
  await first.page.evaluate((elsewhere) => {
    (window as unknown as { Throughline(call: string): void }).Throughline('logout');
    location.href = elsewhere;
  }, `${stage.base}/demo/art/hero.svg`);
  await second.page.goto(`${stage.base}/demo/art/hero.svg`);
  await office.page.bringToFront();
  await desk.openConversation('Who logs out.');
  await desk.reply('For nobody here.');
  await desk.openConversation('Who only leaves.');
  await replyUntilTold(asked);
  expect(gone.notices).toEqual([]);
});
