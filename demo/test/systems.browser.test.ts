import { afterAll, beforeAll, expect, test } from 'vitest';
import { findViolations } from './axe.ts';
import { BACK_MS, signIn, visitShop } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

const PHONE = { width: 390, height: 844 };

test('what a visitor writes in the widget is on the CRM’s page within a second', async () => {
  await using shop = await stage.open();
  await using office = await stage.open();
  await office.page.goto(stage.crm);
  const visitor = await visitShop(shop, stage);
  await visitor.openChat();
  await visitor.say('Good morning!');
  const row = office.page.locator('.people a', { hasText: 'Good morning!' });
  await row.click();
  const text = 'Do you deliver to Corsica?';
  await visitor.say(text);
  const start = performance.now();
  await office.page.locator('.messages', { hasText: text }).waitFor();
  const tookMs = performance.now() - start;
  process.stdout.write(`from Enter in the widget to the CRM's page: ${Math.round(tookMs)} ms\n`);
  expect(tookMs).toBeLessThan(1000);
  expect([...office.faults, ...shop.faults]).toEqual([]);
});

test('an invoice marked overdue is beside the customer’s conversation in the console', async () => {
  await using office = await stage.open({ viewport: { width: 1600, height: 900 } });
  await using books = await stage.open();
  await books.page.goto(stage.billing);
  await books.page.getByRole('button', { name: 'Mark overdue: F-10598' }).click();
  await books.page.getByText('F-10598 is overdue').waitFor();
  const desk = await signIn(office, stage);
  await desk.openConversation('Amara Okafor');
  for (const shown of [/invoice\.overdue\s*Yes/, /invoice\.amount\s*1314/])
    await office.page.locator('body', { hasText: shown }).waitFor();
  expect(books.faults).toEqual([]);
});

test('a note, a plan and an order of the CRM come back to its page from the relay', async () => {
  await using office = await stage.open();
  const { page } = office;
  await page.goto(stage.crm);
  await page.locator('.people a', { hasText: 'Liam Murphy' }).click();
  await page.getByLabel('Note to the conversation').fill('Refund is confirmed.');
  await page.getByRole('button', { name: 'Add note' }).click();
  await page.locator('.messages .note', { hasText: 'Refund is confirmed.' }).waitFor();
  await page.getByRole('button', { name: 'Trail Club' }).click();
  await page.locator('[data-plan="Trail Club"][aria-pressed="true"]').waitFor();
  await page.getByRole('button', { name: 'order shipped' }).click();
  await page.locator('.activity', { hasText: 'order.shipped' }).waitFor();
  expect(office.faults).toEqual([]);
});

test.each([
  ['light', undefined],
  ['dark', PHONE],
] as const)('both pages have no fault axe can find, and fit: %s', async (colorScheme, viewport) => {
  await using office = await stage.open({ colorScheme, ...(viewport ? { viewport } : {}) });
  const { page } = office;
  const fits = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
    );
  await page.goto(stage.crm);
  await page.locator('.people a', { hasText: 'Henrik Dahl' }).waitFor();
  expect(await findViolations(page)).toEqual([]);
  await page.locator('.people a', { hasText: 'Henrik Dahl' }).click();
  await page.locator('.conversation').waitFor();
  expect(await findViolations(page)).toEqual([]);
  expect(await fits()).toBe(true);
  await page.goto(stage.billing);
  await page.locator('tbody tr').first().waitFor();
  expect(await findViolations(page)).toEqual([]);
  expect(await fits()).toBe(true);
});

test('a page whose system is gone says so, and goes on by itself', async () => {
  await using office = await stage.open();
  const { page } = office;
  await page.goto(stage.crm);
  await page.getByText('Live', { exact: true }).waitFor();
  await stage.kill();
  await page.getByText('Not connected').waitFor();
  await stage.start();
  await page.getByText('Live', { exact: true }).waitFor({ timeout: BACK_MS });
  expect(await page.locator('.people a').count()).toBeGreaterThanOrEqual(8);
});
