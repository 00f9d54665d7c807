import { expect, it } from 'vitest';
import { openBilling, publishFlows } from '../../../demo/test/program.ts';
import { inEveryLight, PATIENCE, useStage } from './pages.ts';

const openOffice = useStage();
const DAY_MS = 86_400_000;
/** The page looks again every few seconds. */
const late = { timeout: 30_000 };

const collections = {
  ...{ id: 'collections', name: 'Accounts', first: 'pledge' },
  start: { on: 'invoice.overdue' },
  goal: { on: 'invoice.paid' },
  steps: {
    pledge: {
      ...{ kind: 'promise', what: 'payment', keptWhen: 'invoice.paid' },
      ...{ due: { afterMs: 5 * DAY_MS }, next: 'remind', otherwise: 'person' },
    },
    remind: { kind: 'send', text: 'Invoice {{number}} is overdue.', next: 'wait' },
    wait: {
      ...{ kind: 'wait', for: [{ on: 'invoice.paid', next: 'paid' }], message: 'person' },
      timeout: { afterMs: 14 * DAY_MS, next: 'person' },
    },
    paid: { kind: 'end', outcome: 'paid' },
    person: { kind: 'route' },
  },
};
const idle = {
  ...{ id: 'retention', name: 'Lina', first: 'person' },
  start: { on: 'cancel.requested' },
  steps: { person: { kind: 'route' } },
};

it(
  'journeys and promises are seen as they are, and pass axe in every light',
  PATIENCE,
  async () => {
    await using office = await openOffice();
    const { page } = office;
    // The shop comes with three of its own.
    await publishFlows(office, []);
    await office.goTo('Journeys');
    await page.getByText('There are no journeys.').waitFor();
    await inEveryLight(office, 'no journeys');
    await publishFlows(office, [collections, idle]);
    const press = openBilling(office.billing);
    // Of those who owe something, nobody talks with Henrik: the others wait until that is over.
    await press('overdue', 'F-10655');
    await press('overdue', 'F-10640');
    const card = page.getByRole('article', { name: 'Accounts' });
    const isSeen = (text: string) => () => card.getByText(text, { exact: true }).isVisible();
    await expect.poll(isSeen('wait'), late).toBe(true);
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.getByText('Henrik Dahl').first().click();
    const promises = page.locator('.promises');
    await promises.getByText('Payment').waitFor();
    expect(await promises.textContent()).toMatch(/^PaymentOpenby the visitor, due /);
    await inEveryLight(office, 'promises');
    await press('paid', 'F-10655');
    await promises.getByText('Kept').waitFor();
    await office.goTo('Journeys');
    await expect.poll(isSeen('kept'), late).toBe(true);
    await inEveryLight(office, 'journeys');
  },
);
