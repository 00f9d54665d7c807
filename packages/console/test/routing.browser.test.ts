import { expect, it } from 'vitest';
import { publishRouting } from '../../../demo/test/program.ts';
import { ADMIN } from '../../../demo/test/stage.ts';
import { inEveryLight, PATIENCE, soon, useStage } from './pages.ts';

const openOffice = useStage();

const routing = {
  capacity: { each: 6, more: 2 },
  teams: [{ id: 'team', name: 'Team' }],
  agents: [{ email: ADMIN.email, teams: ['team'] }],
  queues: [
    {
      ...{ id: 'general', name: 'General', firstReplyMs: 60_000 },
      offer: { acceptMs: 600_000 },
      rings: [{ afterMs: 0, teams: ['team'] }],
    },
  ],
  route: { queue: 'general' },
};

it(
  'offers, the reasons of a conversation, the queues and the routing pass axe in every light',
  PATIENCE,
  async () => {
    await using office = await openOffice();
    const { page } = office;
    await publishRouting({ base: office.base } as never, routing);
    const offers = page.locator('.offer');
    await offers.nth(1).waitFor();
    await offers.first().getByText('Why me?').click();
    await inEveryLight(office, 'offers');
    await page.keyboard.press('y');
    await page.locator('.standing').getByText('Why me?').click();
    await expect.poll(() => offers.first().getByText('Accept').isVisible(), soon).toBe(true);
    await inEveryLight(office, 'why');
    const declineOne = async () => {
      if ((await offers.count()) > 0) await page.keyboard.press('x');
      return offers.count();
    };
    await expect.poll(declineOne, soon).toBe(0);
    await office.goTo('Queues');
    await page.getByRole('article', { name: 'General' }).waitFor();
    await inEveryLight(office, 'queues');
    await office.goTo('Routing');
    await page.getByLabel('Rehearse').check({ force: true });
    await page.getByRole('button', { name: 'Rehearse' }).click();
    await page.locator('.bench-answer').waitFor();
    await inEveryLight(office, 'rehearsal');
    await page.getByLabel('Problems').check({ force: true });
    await page.getByLabel('Routing, as YAML or JSON').fill('routing:\n  queues: []\n');
    await page.locator('.problem').first().waitFor();
    await inEveryLight(office, 'problems');
    await page.getByLabel('Try it').check({ force: true });
    await page.getByRole('button', { name: 'Where would it wait?' }).waitFor();
    await inEveryLight(office, 'bench');
    await page.getByLabel('History').check({ force: true });
    await page.getByText('In force').first().waitFor();
    await inEveryLight(office, 'history');
  },
);
