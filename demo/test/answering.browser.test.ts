import { afterAll, beforeAll, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { call } from './own-page.ts';
import { type Desk, signIn, visitShop } from './people.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

let stage: Stage;
let desk: Desk;
beforeAll(async () => {
  stage = await setStage();
  desk = await signIn(await stage.open(), stage);
});
afterAll(async () => {
  await stage?.close();
});

/** A stranger on one of the shop's pages, with the chat open. */
async function arrive(shop: Visit, path: string) {
  const visitor = await visitShop(shop, stage, path);
  await visitor.openChat();
  const choose = (label: string) => visitor.panel.getByRole('button', { name: label }).click();
  return { ...visitor, choose };
}

/** Presses a button of a page of the shop's own systems. */
async function press(visit: Visit, url: string, name: string): Promise<void> {
  const page = await visit.context.newPage();
  await page.goto(url);
  await page.getByRole('button', { name }).click();
  await page.locator('.said[data-tone="good"]').waitFor();
  await page.close();
}

/** Robin, whom the shop itself vouches for, on a page they came back to. */
async function robin(shop: Visit) {
  const visitor = await visitShop(shop, stage, '/demo/orders.html');
  await visitor.page.getByRole('button', { name: 'Tell the chat who I am' }).click();
  await visitor.panel.waitFor();
  // Whoever comes back to nothing but closed conversations finds their list.
  await call(visitor.page, 'newConversation');
  await visitor.say('Thank you for the parcel, order 90127!');
  await visitor.sees('Order 90127 was delivered');
  return visitor;
}

it('a flow answers at the checkout, and whoever wants a person gets one', async () => {
  await using shop = await stage.open();
  const visitor = await arrive(shop, '/demo/checkout.html');
  await visitor.say('Hello');
  await visitor.choose('How long does delivery take?');
  await visitor.sees('Two to three working days.');
  await visitor.choose('I have another question');
  await visitor.choose('Can I send it back?');
  await visitor.sees('Within 60 days');
  await visitor.say('I want a person, please');
  await desk.page.bringToFront();
  await desk.openView('unassigned');
  await desk.page.locator('a.row', { hasText: 'I want a person, please' }).click();
  await desk.reply('Here I am.');
  await visitor.sees('Here I am.');
  expect(shop.faults).toEqual([]);
});

it('a bot knows where orders are, and hands over what it does not know', async () => {
  await using shop = await stage.open();
  const visitor = await arrive(shop, '/demo/orders.html');
  await visitor.say('Where is my order 90441?');
  await visitor.sees('Order 90441 is on its way to you.');
  await visitor.say('Can I still change its colour?');
  await desk.page.bringToFront();
  await desk.openView('unassigned');
  await desk.page.locator('a.row', { hasText: 'Can I still change its colour?' }).waitFor();
});

it('a lead says how many they are: four pick a time, and are welcomed once they sign', async () => {
  await using shop = await stage.open();
  const visitor = await arrive(shop, '/demo/business.html');
  await visitor.say('We would like a quote for shells');
  await visitor.panel.getByLabel('How many are you?').fill('4');
  await visitor.panel.getByLabel('E-mail').fill('kim@post.example');
  await visitor.panel.getByLabel('E-mail').press('Enter');
  const link = visitor.panel.getByRole('link', { name: /\/book\?lead=/ });
  await press(shop, (await link.getAttribute('href')) ?? '', 'Book it');
  const crm = await shop.context.newPage();
  await crm.goto(stage.crm);
  await crm.locator('.people a', { hasText: 'Pick a time that suits you' }).click();
  await crm.locator('.activity', { hasText: 'call.booked' }).waitFor();
  await crm.getByRole('button', { name: 'Log: deal won' }).click();
  await visitor.sees('Welcome aboard!');
  expect(shop.faults).toEqual([]);
});

it('who wants to leave has one offer beside the way out, and stays', async () => {
  await using shop = await stage.open();
  const visitor = await robin(shop);
  await press(shop, stage.billing, 'Wants to cancel: Robin Hale');
  await visitor.page.bringToFront();
  await visitor.panel.getByRole('button', { name: 'It costs too much' }).click();
  await visitor.panel.getByRole('button', { name: 'Yes please' }).click();
  await visitor.sees('We are glad that you stay!');
});

it('an invoice that is overdue asks to be paid in the chat, and thanks once it is', async () => {
  await using shop = await stage.open();
  const visitor = await robin(shop);
  await press(shop, stage.billing, 'Mark overdue: F-10661');
  await visitor.page.bringToFront();
  await visitor.sees('Invoice F-10661 is overdue.');
  const pay = visitor.panel.locator('a[href*="/pay?invoice=F-10661"]').last();
  const page = await shop.context.newPage();
  await page.goto((await pay.getAttribute('href')) ?? '');
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Pay now' }).click();
  await visitor.sees('Invoice F-10661 is paid. Thank you!');
  await desk.page.bringToFront();
  await desk.page.getByRole('link', { name: 'Journeys', exact: true }).click();
  await desk.page.getByText('Fernway Accounts').waitFor();
  expect(shop.faults).toEqual([]);
});
