import { afterAll, beforeAll, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { type Desk, signIn, visitShop } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

const routing = {
  teams: [{ id: 'everybody', name: 'Everybody' }],
  agents: [{ email: 'ada@fernway.example', teams: ['everybody'] }],
  capacity: { each: 50 },
  queues: [
    {
      ...{ id: 'general', name: 'General', offer: { mode: 'pull' } },
      rings: [{ afterMs: 0, teams: ['everybody'] }],
      overflow: [{ afterMs: 0, to: { promise: 'reply', withinMs: 3_600_000 } }],
    },
  ],
  route: { queue: 'general' },
};

async function publish({ page }: Desk): Promise<void> {
  await page.getByRole('link', { name: 'Routing', exact: true }).click();
  await page.getByRole('button', { name: 'Begin with an example' }).click();
  await page.getByLabel('Routing, as YAML or JSON').fill(JSON.stringify({ routing }, null, 2));
  await page.getByText('Ready to be published').waitFor();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await page.getByText('In force').waitFor();
}

it('[RT-08] whoever waits reads where they stand and what they were promised, until a person answers', async () => {
  await using office = await stage.open();
  const desk = await signIn(office, stage);
  await publish(desk);
  for (const [colorScheme, width, height] of [
    ['light', 1280, 800],
    ['dark', 390, 844],
  ] as const) {
    await using shop = await stage.open({ colorScheme, viewport: { width, height } });
    const visitor = await visitShop(shop, stage);
    await visitor.openChat();
    await visitor.say(`Is the ${colorScheme} one in stock?`);
    const line = shop.page.locator('.standing');
    await expect.poll(() => line.textContent(), { timeout: 15_000 }).toMatch(/reply by/i);
    if (process.env.SHOTS)
      await shop.page.screenshot({ path: `${process.env.SHOTS}/waiting-${colorScheme}.png` });
    expect(await findViolations(shop.page, 'throughline-widget')).toEqual([]);
    await desk.openConversation(`Is the ${colorScheme} one`);
    await desk.reply('It is.');
    await visitor.sees('It is.');
    await expect.poll(() => line.isVisible()).toBe(false);
    expect(shop.faults).toEqual([]);
  }
});
