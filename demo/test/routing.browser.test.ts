import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Desk, signIn, visitShop } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

const WORDS = 'Which tent is the lightest?';

/** One queue for everybody, as the page itself proposes it, with room for all that waits already. */
async function publishExample({ page }: Desk): Promise<void> {
  await page.getByRole('link', { name: 'Routing', exact: true }).click();
  await page.getByRole('button', { name: 'Begin with an example' }).click();
  const field = page.getByLabel('Routing, as YAML or JSON');
  await field.fill((await field.inputValue()).replace('each: 5', 'each: 20'));
  await page.getByText('Ready to be published').waitFor();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await page.getByText('In force').waitFor();
}

it('routing is published, what a visitor writes is offered, accepted, answered, and says why', async () => {
  await using office = await stage.open();
  await using shop = await stage.open();
  const desk = await signIn(office, stage);
  const { page } = desk;
  await publishExample(desk);
  const visitor = await visitShop(shop, stage);
  await visitor.openChat();
  await visitor.say(WORDS);
  await page.bringToFront();

  const offer = page.locator('.offer', { hasText: WORDS });
  await offer.waitFor();
  const focused = await page.evaluate(() => document.activeElement?.closest('.offers') !== null);
  expect(focused).toBe(false);
  await expect.poll(() => page.title()).toMatch(/^Offered to you: /);
  await offer.getByRole('button', { name: /^Accept/ }).click();
  await offer.waitFor({ state: 'detached' });

  await desk.sees(WORDS);
  await page.locator('.fact', { hasText: /offered to you/i }).waitFor();
  await page.locator('.standing', { hasText: 'From General' }).getByText('Why me?').click();
  await page.locator('.standing').getByText('Ring 1 of general').waitFor();
  await desk.reply('The Alder, at 1.2 kg.');
  await visitor.sees('The Alder, at 1.2 kg.');
  expect(office.faults).toEqual([]);
});

it('who is away stays away through a reload, and is offered nothing', async () => {
  await using office = await stage.open();
  await using shop = await stage.open();
  const { page } = await signIn(office, stage);
  const available = page.getByRole('switch', { name: 'Available for new conversations' });
  await expect.poll(() => available.getAttribute('aria-checked')).toBe('true');
  await page.keyboard.press('Shift+A');
  await expect.poll(() => available.textContent()).toBe('Away');
  await page.reload();
  await expect.poll(() => available.textContent()).toBe('Away');
  const visitor = await visitShop(shop, stage);
  await visitor.openChat();
  await visitor.say('Is anybody there?');
  await page.bringToFront();
  await page.getByRole('link', { name: 'Unassigned' }).click();
  await page
    .locator('a.row', { hasText: 'Is anybody there?' })
    .getByText(/^General/)
    .waitFor();
  expect(await page.locator('.offer').count()).toBe(0);
  await available.click();
  await page.locator('.offer', { hasText: 'Is anybody there?' }).waitFor();
});
