import type { Form } from '@throughline/shared/schema';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { overwrite, signIn, visitorOn, visitShop } from './people.ts';
import { configureSite, openProgram, type Program } from './program.ts';
import { type Stage, setStage } from './stage.ts';

const PRECHAT: Form = {
  name: 'opening',
  title: 'Who are you?',
  fields: [
    { type: 'text', name: 'name', label: 'Name', required: true, fact: 'name' },
    { type: 'email', name: 'email', label: 'E-mail', required: true, fact: 'email' },
    { type: 'text', name: 'order', label: 'Order number' },
  ],
};
const OFFLINE: Form = {
  title: 'Leave us a message',
  fields: [
    { type: 'text', name: 'name', label: 'Name', fact: 'name' },
    { type: 'email', name: 'email', label: 'E-mail', required: true, fact: 'email' },
    { type: 'textarea', name: 'message', label: 'Message', required: true },
  ],
};

let stage: Stage;
let program: Program;
beforeAll(async () => {
  stage = await setStage();
  program = await openProgram(stage);
});
afterAll(async () => {
  await stage?.close();
});

/** A file from the visitor's desktop, onto the chat. */
async function drop(page: Page, panel: Locator): Promise<void> {
  const dataTransfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['%PDF-1.4'], 'bill.pdf', { type: 'application/pdf' }));
    return data;
  });
  await panel.dispatchEvent('drop', { dataTransfer });
}

it('asks before the first message, keeps what was filled in over a reload, and begins with the answers', async () => {
  await configureSite(stage, { prechat: PRECHAT, offline: undefined, rating: 'csat' });
  await using office = await stage.open();
  const desk = await signIn(office, stage);
  await using shop = await stage.open();
  const { page, panel } = await visitShop(shop, stage);
  await page.locator('throughline-widget .launcher').click();
  const form = panel.getByRole('form', { name: 'Who are you?' });
  await form.getByLabel('Name').fill('Grace');
  expect(await panel.locator('.composer').isVisible()).toBe(false);
  await drop(page, panel);
  await panel.getByText('bill.pdf').waitFor();
  expect(await findViolations(page, 'throughline-widget')).toEqual([]);
  await form.getByLabel('E-mail').fill('grace');
  await form.getByRole('button', { name: 'Start the chat' }).click();
  expect(await form.getByLabel('E-mail').evaluate((field) => field.matches(':focus'))).toBe(true);
  expect(await form.getByText('Please write an address').isVisible()).toBe(true);

  await overwrite(form.getByLabel('E-mail'), 'grace@navy.example');
  await form.getByRole('button', { name: 'Start the chat' }).click();
  await panel.locator('.composer textarea').waitFor();
  await panel.getByText('grace@navy.example').waitFor();
  await panel.getByRole('button', { name: 'Remove bill.pdf' }).click();
  const visitor = visitorOn(page);
  await visitor.say('Where is my tent?');
  await visitor.sees('Where is my tent?', 'Sent');
  await page.reload();
  await page.locator('throughline-widget .launcher').click();
  await visitor.sees('Where is my tent?');
  expect(await form.count()).toBe(0);
  expect(await panel.locator('.composer').isVisible()).toBe(true);

  const conversation = await program.conversationOf('Where is my tent?');
  await expect
    .poll(() => program.factsIn(conversation))
    .toMatchObject({ name: 'Grace', email: 'grace@navy.example' });
  expect(await program.data(conversation, 'form.submitted')).toMatchObject([
    { form: 'opening', values: { name: 'Grace', email: 'grace@navy.example' } },
  ]);
  await desk.openConversation('Where is my tent?');
  await desk.page.getByText('Filled in by the visitor').waitFor();
  await desk.page.getByRole('button', { name: 'Resolve' }).first().click();

  const question = visitor.panel.getByRole('group', { name: 'How did we do?' });
  await page.bringToFront();
  await question.locator('label').last().click();
  await visitor.panel.getByRole('button', { name: 'Send', exact: true }).first().click();
  await visitor.panel.getByText('Thank you. You gave 5 of 5.').waitFor();
  await expect
    .poll(() => program.data(conversation, 'survey.submitted'))
    .toMatchObject([{ scale: 'csat', score: 5 }]);

  // Who is known is asked for the rest alone.
  await visitor.panel.getByRole('button', { name: 'All conversations' }).click();
  await visitor.panel.getByRole('button', { name: 'New conversation' }).click();
  await form.getByLabel('Order number').waitFor();
  expect(await form.getByLabel('E-mail').count()).toBe(0);
  await form.getByLabel('Order number').fill('A-17');
  await page.reload();
  await page.locator('throughline-widget .launcher').click();
  await visitor.panel.getByRole('button', { name: 'New conversation' }).click();
  expect(await form.getByLabel('Order number').inputValue()).toBe('A-17');
  expect(shop.faults).toEqual([]);
});

it('takes a message while nobody is there, once, although the relay dies meanwhile, and says what became of it', async () => {
  await configureSite(stage, {
    prechat: undefined,
    offline: OFFLINE,
    reply: { withinMs: 2 * 3600_000 },
  });
  await using shop = await stage.open();
  const { page, panel } = await visitShop(shop, stage);
  await page.locator('throughline-widget .launcher').click();
  const form = panel.getByRole('form', { name: 'Leave us a message' });
  // Whoever was there a moment ago counts as there for ten seconds.
  await form.waitFor({ timeout: 20_000 });
  await form.getByLabel('Message').fill('Is the Alder tent back soon?');
  await form.getByLabel('E-mail').fill('linus@kernel.example');
  await stage.kill();
  await form.getByRole('button', { name: 'Send' }).click();
  const visitor = visitorOn(page);
  await visitor.sees('Is the Alder tent back soon?');
  await panel.getByText('Your message is on its way.').waitFor();
  await stage.start();
  await page.reload();
  await page.locator('throughline-widget .launcher').click();
  await visitor.sees('Is the Alder tent back soon?', 'Sent');
  await panel.getByText('We have your message.').waitFor();
  await panel.getByText('We usually answer within 2 hours.').last().waitFor();
  expect(await findViolations(page, 'throughline-widget')).toEqual([]);

  const conversation = await program.conversationOf('Is the Alder tent back soon?');
  expect(await program.data(conversation, 'form.submitted')).toMatchObject([
    { values: { email: 'linus@kernel.example' } },
  ]);
  expect(await program.data(conversation, 'message.created')).toHaveLength(2);
  await expect
    .poll(() => program.factsIn(conversation))
    .toMatchObject({ email: 'linus@kernel.example' });
});
