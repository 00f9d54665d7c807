import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { openOffice } from './office.ts';
import { openOwnPage } from './own-page.ts';

const { stage, desk } = await openOffice();

const policy =
  "default-src 'none'; script-src 'nonce-r4nd0m'; style-src 'nonce-r4nd0m'; connect-src 'self'; require-trusted-types-for 'script'";
const elements = '<script async src="/sdk/v1/elements.js" nonce="r4nd0m"></script>';
const launcher = (page: Page) => page.locator('throughline-launcher button');

it('a launcher of the page opens the chat, counts what is unread, and gets the focus back', async () => {
  await using shop = await stage.open();
  const { page } = shop;
  const visitor = await openOwnPage(shop, stage, {
    policy,
    head: elements,
    body: `<main><throughline-launcher>Help</throughline-launcher></main>
      <throughline-chat site="fernway" hide-launcher></throughline-chat>`,
  });
  await launcher(page).waitFor();
  expect(await page.locator('throughline-widget .launcher').isVisible()).toBe(false);
  expect(await findViolations(page, 'main')).toEqual([]);
  await launcher(page).focus();
  await page.keyboard.press('Enter');
  await visitor.panel.waitFor();
  await page.getByRole('button', { name: 'Help', expanded: true }).waitFor();
  await visitor.say('By a button of the page');
  await visitor.sees('By a button of the page', 'Sent');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Help', expanded: false }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe('throughline-launcher');
  await desk.openConversation('By a button of the page');
  await desk.reply('Here we are.');
  await page.bringToFront();
  await page.getByRole('button', { name: 'Help (1)' }).click();
  await visitor.sees('Here we are.');
  await page.getByRole('button', { name: 'Help', exact: true }).waitFor();
  expect(shop.faults).toEqual([]);
});

it('inline, the chat fills its element, goes with it, and leaves nothing behind', async () => {
  await using shop = await stage.open();
  const { page } = shop;
  const visitor = await openOwnPage(shop, stage, {
    policy,
    head: `${elements}<style nonce="r4nd0m">throughline-chat { width: 360px; height: 500px }</style>`,
    body: '<throughline-chat site="fernway" mode="inline" language="de"></throughline-chat>',
  });
  await visitor.panel.locator('textarea').waitFor();
  const box = await visitor.panel.boundingBox();
  expect([box?.width, box?.height]).toEqual([360, 500]);
  await visitor.say('Mitten in der Seite');
  await visitor.sees('Mitten in der Seite');
  await page.evaluate(() => document.querySelector('throughline-chat')?.remove());
  await expect.poll(() => page.locator('throughline-widget').count()).toBe(0);
  await page.evaluate(() => {
    const chat = document.createElement('throughline-chat');
    chat.setAttribute('site', 'fernway');
    chat.setAttribute('mode', 'inline');
    document.body.append(chat);
  });
  await visitor.sees('Mitten in der Seite');
  expect(await page.locator('throughline-widget').count()).toBe(1);
  expect(shop.faults).toEqual([]);
});

it('a launcher without an element is the script tag’s, even one that comes later', async () => {
  await using shop = await stage.open();
  const { page } = shop;
  const visitor = await openOwnPage(shop, stage, {
    head: '<script async src="/sdk/v1/elements.js"></script>',
    body: '<throughline-launcher label="Talk to us"></throughline-launcher>',
  });
  await launcher(page).waitFor();
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.src = '/sdk/v1/loader.js';
    script.dataset.throughlineSite = 'fernway';
    document.head.append(script);
  });
  await page.locator('throughline-widget .launcher').waitFor();
  await launcher(page).click();
  await visitor.panel.waitFor();
  await page.getByRole('button', { name: 'Talk to us', expanded: true }).waitFor();
  expect(shop.faults).toEqual([]);
});
