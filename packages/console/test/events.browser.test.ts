import { expect, it } from 'vitest';
import { inEveryLight, PATIENCE, soon, useStage } from './pages.ts';

const openOffice = useStage();

it(
  'a message appears while one looks, a filter narrows and stays in the link, a fixture is copied',
  PATIENCE,
  async () => {
    await using office = await openOffice();
    const { page, base } = office;
    const rows = page.locator('.event');
    const newest = rows.first().locator('.event-name');
    await office.goTo('Events');
    await page.getByText('Live', { exact: true }).waitFor();
    await inEveryLight(office, 'list');
    const visitor = await office.visitor();
    await visitor.say('Is anybody there?');
    await page.bringToFront();
    await expect.poll(() => newest.textContent(), soon).toBe('message.created');

    await page.getByRole('combobox', { name: 'Types' }).fill('mess');
    await page.getByRole('option', { name: 'message.created' }).click();
    const names = page.locator('.event-name');
    await expect
      .poll(async () => new Set(await names.allTextContents()), soon)
      .toEqual(new Set(['message.created']));
    await rows.first().getByRole('button', { name: 'Only conversation' }).click();
    await expect.poll(() => rows.count(), soon).toBe(1);
    expect(page.url()).toMatch(/types=message\.created&conversation=[\w-]{36}$/);
    await page.reload();
    await expect.poll(() => rows.count(), soon).toBe(1);

    await page.locator('.event-open').first().click();
    await page.getByRole('complementary', { name: 'message.created' }).waitFor();
    await inEveryLight(office, 'event');
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    await page.getByText('Copied').waitFor();
    expect(JSON.parse(await office.copied())).toMatchObject({
      type: 'dev.throughline.message.created',
      data: { text: 'Is anybody there?' },
    });
    await page.getByRole('button', { name: 'Copy as test fixture' }).click();
    await expect
      .poll(office.copied, soon)
      .toMatch(
        /^export const messageCreated = \{\n {2}specversion: '1\.0',[\s\S]*\} satisfies CloudEvent;\n$/,
      );
    await page.getByRole('button', { name: 'Open in the inbox' }).click();
    await page.locator('.thread .bubble', { hasText: 'Is anybody there?' }).waitFor();

    await page.goto(`${base}/console/events?types=message.*`);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = await rows.count();
    await visitor.say('Hello?');
    await page.bringToFront();
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await rows.count()).toBe(before);
    await inEveryLight(office, 'paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => rows.count(), soon).toBe(before + 1);
  },
);

it('a relay that was gone is found again, and nothing of what happened since is missing', async () => {
  await using office = await openOffice();
  const { page } = office;
  const state = (text: string) => page.locator('.page-line', { hasText: text }).waitFor();
  const visitor = await office.visitor();
  await page.bringToFront();
  await office.goTo('Events');
  await state('Live');
  const messages = page.locator('.event', { hasText: 'message.created' });
  await messages.first().waitFor();
  const before = await messages.count();
  await office.kill();
  await state('Reconnecting…');
  await office.start();
  await visitor.say('Still there?');
  await visitor.sees('Still there?', 'Sent');
  await page.bringToFront();
  await state('Live');
  await expect.poll(() => messages.count(), soon).toBe(before + 1);
  await messages.first().click();
  await page.getByText('"text": "Still there?"').waitFor();
});
