import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { call, openOwnPage, tag } from './own-page.ts';
import { signIn, visitorOn, visitShop } from './people.ts';
import { openProgram, type Program } from './program.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let program: Program;
beforeAll(async () => {
  stage = await setStage();
  program = await openProgram(stage);
});
afterAll(async () => {
  await stage?.close();
});

const { SHOTS } = process.env;
const shoot = async (panel: Locator, name: string) => {
  if (SHOTS) await panel.screenshot({ path: `${SHOTS}/opens-${name}.png` });
};
const accessible = async (panel: Locator) =>
  expect(await findViolations(panel.page(), 'throughline-widget')).toEqual([]);

it('a button of the page opens its form, and what is sent begins a conversation agents see', async () => {
  await using office = await stage.open();
  const desk = await signIn(office, stage);
  await using shop = await stage.open();
  const { page, panel } = await visitShop(shop, stage, '/demo/business.html');
  const button = page.getByRole('button', { name: 'Have us call you' });
  await button.click();
  const form = panel.getByRole('form', { name: 'We call you back' });
  const name = form.getByLabel('Name');
  await name.waitFor();
  await expect.poll(() => name.evaluate((field) => field.matches(':focus'))).toBe(true);
  await accessible(panel);
  await shoot(panel, 'form');
  // Left without a word, it leaves nothing behind.
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  expect(await button.evaluate((it) => it.matches(':focus'))).toBe(true);
  await button.click();
  await name.fill('Grace');
  await form.getByLabel('Phone').fill('+49 30 123456');
  await form.getByRole('button', { name: 'Ask for a call' }).click();
  await panel.getByText('+49 30 123456').waitFor();
  await panel.locator('.composer textarea').waitFor();
  await desk.openConversation('Grace');
  await desk.page.getByText('Filled in by the visitor').waitFor();
});

it('an article opens beside the page, and leads to a conversation', async () => {
  await using shop = await stage.open();
  const { page, panel } = await visitShop(shop, stage, '/demo/checkout.html');
  await page.getByRole('button', { name: 'Delivery and returns' }).click();
  await panel.getByRole('heading', { name: 'Delivery and returns' }).waitFor();
  expect(await panel.getByRole('heading', { level: 4 }).allTextContents()).toEqual([
    'Delivery',
    'Returns',
  ]);
  expect(await panel.getByText('In the country:').evaluate((it) => it.tagName)).toBe('B');
  await accessible(panel);
  await shoot(panel, 'article');
  await panel.getByRole('button', { name: 'Ask us' }).click();
  const field = panel.locator('.composer textarea');
  await field.waitFor();
  expect(await field.evaluate((it) => it.matches(':focus'))).toBe(true);
});

it('a rating of the page is answered, resolved from the beginning, and opens with the first word', async () => {
  await using shop = await stage.open();
  // Where no flow answers before it is asked after.
  const visitor = await visitShop(shop, stage);
  const { page, panel } = visitor;
  await call(page, 'open', 'survey:checkout');
  const scores = panel.getByRole('group', { name: 'How easy was it to find your gear?' });
  await scores.waitFor();
  await shoot(panel, 'survey');
  await scores.locator('label', { hasText: '4' }).click();
  await panel.getByLabel('Anything to add?').fill('The pack was hidden.');
  await accessible(panel);
  await panel.getByRole('button', { name: 'Send' }).first().click();
  await panel.getByText('The pack was hidden.').waitFor();
  await panel.getByText('The conversation was closed.').first().waitFor();
  await shoot(panel, 'survey-sent');
  await visitor.say('Where is it?');
  await visitor.sees('Where is it?', 'Sent');
  const conversation = await program.conversationOf('Where is it?');
  expect(await program.data(conversation, 'survey.submitted')).toMatchObject([
    { survey: 'checkout', scale: 'csat', score: 4, comment: 'The pack was hidden.' },
  ]);
});

it('what the site has not is told to whoever builds the page, and the chat opens all the same', async () => {
  await using shop = await stage.open();
  const { page, panel } = await visitShop(shop, stage, '/demo/checkout.html');
  await page.evaluate(() => {
    const heard: unknown[] = [];
    Reflect.set(globalThis, 'heard', heard);
    addEventListener('throughline:widget.error', ({ detail }: CustomEventInit) =>
      heard.push(detail.data.message),
    );
  });
  const heard = () => page.evaluate(() => Reflect.get(globalThis, 'heard') as string[]);
  await page.getByRole('button', { name: 'Rate this shop' }).click();
  await panel.waitFor();
  await call(page, 'open', { form: 'nowhere' });
  await expect.poll(heard).toEqual(['The call open failed: its error is on the console.']);
  await panel.locator('.composer textarea').waitFor();
  await call(page, 'open', { article: 'nowhere' });
  await panel.getByText('This article is no longer here.').waitFor();
  expect((await heard())[1]).toContain('There is no article nowhere');
  await call(page, 'open', 'list');
  await panel.getByRole('button', { name: 'New conversation' }).waitFor();
});

it('while the way to what a call names is loaded there is nothing to write in, and what was typed there is kept', async () => {
  await using shop = await stage.open();
  const visitor = await visitShop(shop, stage);
  const { page, panel } = visitor;
  await call(page, 'open');
  await visitor.say('Do you mend tents?');
  await visitor.sees('Do you mend tents?', 'Sent');
  const field = panel.locator('.composer textarea');
  await field.fill('Mine has a');
  const state = (await call(page, 'getState')) as { conversations: { id: string }[] };
  const held = Promise.withResolvers<void>();
  await page.route('**/rare.*.js', (route) => held.promise.then(() => route.continue()));
  await page.reload();
  // What is under way until the file comes is not waited for.
  await page.evaluate((id) => {
    const chat = Reflect.get(globalThis, 'Throughline') as (...said: string[]) => void;
    chat('open', `conversation:${id}`);
  }, state.conversations[0]?.id ?? '');
  await panel.getByRole('button', { name: 'New conversation' }).waitFor();
  expect(await field.count()).toBe(0);
  held.resolve();
  await field.waitFor();
  expect(await field.inputValue()).toBe('Mine has a');
});

it('a form goes along into a window of its own, with what is filled in', async () => {
  await using shop = await stage.open();
  const body = `<button onclick="Throughline('popout')">Own window</button>`;
  const { page, panel } = await openOwnPage(shop, stage, { head: tag(), body });
  await call(page, 'open', 'form:callback');
  await panel.getByLabel('Name').fill('Grace');
  const opened = shop.context.waitForEvent('page');
  await page.getByText('Own window').click();
  const form = visitorOn(await opened).panel.getByRole('form', { name: 'We call you back' });
  await form.getByLabel('Name').waitFor();
  expect(await form.getByLabel('Name').inputValue()).toBe('Grace');
});
