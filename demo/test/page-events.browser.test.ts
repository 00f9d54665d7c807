import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openOffice } from './office.ts';
import { type Visitor, visitorOn, visitShop } from './people.ts';
import type { Visit } from './stage.ts';

interface Told {
  at: 'on' | 'document' | 'dataLayer' | 'analytics';
  name: string;
  id: string;
}

const { stage, desk } = await openOffice();

/** A shop with both mirrors on, whose pages note what they are told, at every exit. */
async function openShop(): Promise<{ shop: Visit; visitor: Visitor }> {
  const shop = await stage.open();
  await shop.context.route('**/v1/sites/*', async (route) => {
    const answer = await route.fetch();
    const pageEvents = { dataLayer: true, analytics: true };
    await route.fulfill({ response: answer, json: { ...(await answer.json()), pageEvents } });
  });
  await shop.context.addInitScript(() => {
    const told: Told[] = [];
    const calls: unknown[][] = [];
    const note = (at: Told['at'], name: string, id: string) => void told.push({ at, name, id });
    const stub = Object.assign((...call: unknown[]) => void calls.push(call), { q: calls });
    const dataLayer = {
      push: (it: Record<string, string>) =>
        note('dataLayer', it.event ?? '', it.chat_event_id ?? ''),
    };
    const analytics = {
      track: (name: string, _: object, { messageId }: { messageId: string }) =>
        note('analytics', name, messageId),
    };
    Object.assign(globalThis, { told, dataLayer, analytics, Throughline: stub });
    stub('on', '*', ({ type, id }: { type: string; id: string }) => note('on', type, id));
    for (const type of ['widget.opened', 'message.created', 'conversation.started'])
      document.addEventListener(`throughline:${type}`, (event) =>
        note('document', type, (event as CustomEvent<{ id: string }>).detail.id),
      );
  });
  return { shop, visitor: await visitShop(shop, stage) };
}

const toldOn = (page: Page): Promise<Told[]> =>
  page.evaluate(() => Reflect.get(globalThis, 'told') as Told[]);

const idsOf = async (page: Page, at: Told['at'], name: string): Promise<string[]> =>
  (await toldOn(page)).filter((it) => it.at === at && it.name === name).map(({ id }) => id);

it('has the same event under one id at listeners, document, data layer and analytics', async () => {
  const { shop, visitor } = await openShop();
  await visitor.openChat();
  await visitor.say('Does it arrive by Friday?');
  await visitor.sees('Does it arrive by Friday?', 'Sent');
  await desk.openConversation('Does it arrive by Friday?');
  await desk.reply('It does.');
  await visitor.sees('It does.');
  const { page } = visitor;
  for (const [type, layer, names] of [
    ['widget.opened', 'chat_widget_opened', ['Live Chat Opened']],
    ['conversation.started', 'chat_conversation_started', ['Live Chat Conversation Started']],
    [
      'message.created',
      'chat_message_created',
      ['Live Chat Message Sent', 'Live Chat Message Received'],
    ],
  ] as const) {
    const ids = await idsOf(page, 'on', type);
    expect(ids).toHaveLength(names.length);
    expect(await idsOf(page, 'document', type)).toEqual(ids);
    await expect.poll(() => idsOf(page, 'dataLayer', layer)).toEqual(ids);
    for (const [i, name] of names.entries())
      expect(await idsOf(page, 'analytics', name)).toEqual([ids[i]]);
  }
  const [loaded] = await toldOn(page);
  expect(loaded).toMatchObject({ at: 'on', name: 'widget.loaded' });
  expect(shop.faults).toEqual([]);
  await shop.context.close();
});

it('tells no event twice after a reload, and each of two tabs what happens', async () => {
  const { shop, visitor } = await openShop();
  await visitor.openChat();
  await visitor.say('Is the pack waterproof?');
  await visitor.sees('Is the pack waterproof?', 'Sent');
  await desk.openConversation('Is the pack waterproof?');
  const before = await idsOf(visitor.page, 'on', 'message.created');
  await visitor.page.reload();
  await visitor.page.locator('throughline-widget .launcher').waitFor();
  await visitor.openChat();
  await visitor.sees('Is the pack waterproof?', 'Seen');
  const tab = visitorOn(await shop.context.newPage());
  await tab.page.goto(`${stage.base}/demo/`);
  await tab.openChat();
  await tab.sees('Is the pack waterproof?');
  await desk.reply('With its cover on.');
  for (const { page } of [visitor, tab]) {
    await expect.poll(() => idsOf(page, 'on', 'message.created')).toHaveLength(1);
    expect(before).not.toContain((await idsOf(page, 'on', 'message.created'))[0]);
    expect(await idsOf(page, 'on', 'conversation.started')).toEqual([]);
  }
  expect(shop.faults).toEqual([]);
  await shop.context.close();
});

it('tells of each other address a page takes without being loaded, and not of a query', async () => {
  const { shop, visitor } = await openShop();
  await visitor.openChat();
  const { page } = visitor;
  for (const url of ['/demo/cart?code=SECRET', '/demo/cart?code=OTHER#top', '/demo/pay'])
    await page.evaluate((to) => history.pushState(null, '', to), url);
  await page.goBack();
  await expect.poll(() => idsOf(page, 'on', 'page.viewed')).toHaveLength(3);
  expect(await idsOf(page, 'dataLayer', 'chat_page_viewed')).toEqual([]);
  expect(shop.faults).toEqual([]);
  await shop.context.close();
});
