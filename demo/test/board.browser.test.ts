import { afterAll, beforeAll, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { signIn, visitShop } from './people.ts';
import { publishRouting } from './program.ts';
import { ADMIN, type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

const SHOTS = process.env.SHOTS;
const rings = [{ afterMs: 0, teams: ['everybody'] }];

/** Taken by hand, with a target that most have passed. */
const ROUTING = {
  capacity: { each: 20 },
  teams: [{ id: 'everybody', name: 'Everybody' }],
  agents: [{ email: ADMIN.email, teams: ['everybody'] }],
  queues: [
    { id: 'general', name: 'General', offer: { mode: 'pull' }, firstReplyMs: 600_000, rings },
    { id: 'orders', name: 'Orders', offer: { mode: 'pull' }, rings },
  ],
  route: { queue: 'general', need: { language: 'en' } },
};

it('who waits is seen with the reason, moved with a note, and taken, by keys alone', async () => {
  await using office = await stage.open();
  await using shop = await stage.open();
  const { page } = await signIn(office, stage);
  await publishRouting(stage, ROUTING);
  const visitor = await visitShop(shop, stage);
  await visitor.openChat();
  await visitor.say('Which tent is the lightest?');
  await visitor.sees('Which tent is the lightest?', 'Sent');
  await page.bringToFront();
  await page.getByRole('link', { name: 'Queues', exact: true }).click();
  const general = page.getByRole('list', { name: 'Next in General' });
  await general.getByText('past its target').first().waitFor();
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 860 });
      expect(await findViolations(page), `${width} ${colorScheme}`).toEqual([]);
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wider, `${width}`).toBe(0);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/board-${width}-${colorScheme}.png` });
    }
  await page.setViewportSize({ width: 1280, height: 860 });
  const name = 'Yuki Tanaka';
  await general.getByRole('button', { name: `Pass on ${name}` }).press('Enter');
  await page.getByRole('combobox').fill('Orders');
  await page.keyboard.press('Enter');
  const note = page.getByLabel('Note for whoever takes it');
  await expect.poll(() => note.evaluate((it) => it === document.activeElement)).toBe(true);
  await note.fill('Needs it before Saturday.');
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/board-move.png` });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const orders = page.getByRole('list', { name: 'Next in Orders' });
  await orders.getByRole('button', { name: `Take ${name}` }).press('Enter');
  await expect.poll(() => orders.count()).toBe(0);
  await page.goto(`${stage.base}/console/mine`);
  await page.locator('a.row', { hasText: name }).click();
  await page.locator('.thread', { hasText: 'Needs it before Saturday.' }).waitFor();
  expect(office.faults).toEqual([]);
});
