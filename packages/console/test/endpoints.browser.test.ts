import { expect, it } from 'vitest';
import { startReceiver } from '../../server/test/receiver.ts';
import { inEveryLight, PATIENCE, soon, useStage } from './pages.ts';

const openOffice = useStage();

it(
  'an endpoint is made and tested, its deliveries seen, failures found and replayed',
  PATIENCE,
  async () => {
    await using office = await openOffice();
    await using receiver = await startReceiver();
    const { page } = office;
    const delivery = (type: string, fate: string) =>
      page.locator('.delivery', { hasText: type }).filter({ hasText: fate }).first();
    await office.goTo('Endpoints');
    await inEveryLight(office, 'list');
    await page.getByRole('button', { name: 'New endpoint' }).click();
    await page.keyboard.type('https://10.0.0.1/');
    await page.keyboard.press('Enter');
    await page.getByText('The relay may not call this address').waitFor();
    await page.getByRole('textbox', { name: 'Address' }).fill(receiver.url);
    await page.getByRole('textbox', { name: 'Description' }).fill('Orders');
    await page.getByRole('combobox', { name: 'Events' }).fill('message.*');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'Everything, messages too' }).check();
    await page.getByText('can read every message and note').waitFor();
    await inEveryLight(office, 'form');
    await page.getByRole('button', { name: 'Create endpoint' }).click();

    await page.getByRole('heading', { name: 'The signing secret' }).waitFor();
    await delivery('test.event', 'Delivered').waitFor();
    await inEveryLight(office, 'secret');
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('button', { name: 'Ping' }).click();
    await expect.poll(() => page.locator('.delivery').count(), soon).toBe(2);
    expect(receiver.types()).toEqual(['test.event', 'test.event']);

    const visitor = await office.visitor();
    await visitor.say('It works');
    await page.bringToFront();
    await delivery('message.created', 'Delivered').waitFor();
    receiver.answers((response) =>
      response.writeHead(400, { 'webhook-delivery': 'abort-message' }).end('no such order'),
    );
    await visitor.say('It does not');
    await page.bringToFront();
    await page.getByRole('radio', { name: 'Given up' }).check({ force: true });
    await delivery('message.created', 'Given up').click();
    expect(page.url()).toMatch(/endpoints\/[\w-]{36}\/\d+\?state=dead$/);
    await page.locator('.try summary').click();
    await page.getByText('no such order').waitFor();
    await inEveryLight(office, 'delivery');

    receiver.answers(200);
    await page.getByRole('button', { name: 'Replay this one' }).click();
    await page.getByText('Nothing was given up.').waitFor();
    await page.keyboard.press('Escape');
    const texts = () =>
      receiver.received.flatMap(({ event }) => ('text' in event.data ? [event.data.text] : []));
    expect(texts()).toEqual(['It works', 'It does not', 'It does not']);
    await page.getByRole('button', { name: 'Replay…' }).click();
    await page.getByRole('radio', { name: 'Everything' }).check();
    await page.getByRole('radio', { name: 'Last hour' }).check({ force: true });
    await inEveryLight(office, 'replay');
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    await page.getByText(/^\d+ events were filed again\.$/).waitFor();
    await expect.poll(() => texts().length, soon).toBeGreaterThan(4);
  },
);

it('an endpoint is changed, paused, rotated and removed; who was slower is told so', async () => {
  await using office = await openOffice();
  await using receiver = await startReceiver();
  const { page, visit } = office;
  await office.goTo('Endpoints');
  await page.getByRole('button', { name: 'New endpoint' }).click();
  await page.keyboard.type(receiver.url);
  await page.getByRole('textbox', { name: 'Description' }).fill('Stock');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'I have stored it' }).click();
  const more = async (name: string) => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name, exact: true }).click();
  };
  await more('Edit…');

  const other = await visit.context.newPage();
  await other.goto(page.url());
  await other.getByRole('button', { name: 'More' }).click();
  await other.getByRole('button', { name: 'Pause' }).click();
  await other.getByRole('button', { name: 'Resume' }).first().waitFor();
  await other.close();
  await page.bringToFront();
  await page.getByRole('textbox', { name: 'Description' }).fill('Stock and prices');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody changed this endpoint while you were at it').waitFor();
  await page.getByRole('textbox', { name: 'Description' }).fill('Stock and prices');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Stock and prices' }).waitFor();
  await page.getByText('Paused', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await page.getByText('Works').waitFor();

  await more('Rotate secret…');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  await page.getByRole('heading', { name: 'The new signing secret' }).waitFor();
  await page.getByText('The secret before the rotation signs too until').waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByText('The secret can be rotated again from').waitFor();
  await office.look('menu');
  await page.getByRole('button', { name: 'Remove…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Removed the endpoint.').waitFor();
  await expect.poll(() => page.getByText('Stock and prices').count(), soon).toBe(0);
});
