import { expect, it } from 'vitest';
import { findViolations } from '../../../demo/test/axe.ts';
import { inEveryLight, PATIENCE, soon, useStage } from './pages.ts';

const openOffice = useStage();

it(
  'a change of accent and greeting is in the preview as it is typed, and on an open page once saved, without a reload',
  PATIENCE,
  async () => {
    await using office = await openOffice();
    const { page } = office;
    const { page: shop, panel } = await office.visitor();
    await shop.evaluate(() => Reflect.set(globalThis, 'isSamePage', true));
    await office.goTo('Sites').catch(() => page.getByRole('heading', { name: 'Look' }).waitFor());
    const preview = page.frameLocator('.preview-frame');
    await preview.locator('.panel').waitFor();

    await page.getByLabel('Accent as #rrggbb').fill('#8a2be2');
    await page.getByLabel('First words').fill('Good to see you.');
    await preview.getByText('Good to see you.').waitFor();
    const accentOf = () => getComputedStyle(document.querySelector('throughline-widget')!);
    const accent = `(${accentOf})().getPropertyValue('--throughline-accent')`;
    expect(await shop.evaluate(accent)).not.toBe('#8a2be2');
    await page.getByRole('button', { name: 'Add a greeting' }).click();
    await page.getByLabel('Text').fill('Questions about sizes?');
    await page.getByLabel('Seconds on it').fill('0');
    await preview.getByRole('button', { name: 'Questions about sizes?' }).waitFor();
    await inEveryLight(office, 'site');

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. Open pages have it already.').waitFor();
    await shop.bringToFront();
    await panel.getByText('Good to see you.').waitFor();
    await expect.poll(() => shop.evaluate(accent), soon).toBe('#8a2be2');
    await panel.getByRole('button', { name: 'Close chat' }).click();
    const greeting = shop.getByRole('button', { name: 'Questions about sizes?' });
    await greeting.waitFor();
    const lookOf = async (colorScheme: 'light' | 'dark') => {
      await shop.emulateMedia({ colorScheme });
      return greeting.evaluate((it) => {
        const { fontFamily, color } = getComputedStyle(it);
        return { fontFamily, color };
      });
    };
    const fontFamily = 'system-ui, sans-serif';
    expect(await lookOf('dark')).toEqual({ fontFamily, color: 'rgb(236, 238, 242)' });
    expect(await lookOf('light')).toEqual({ fontFamily, color: 'rgb(22, 24, 29)' });
    expect(await findViolations(shop)).toEqual([]);
    expect(await shop.evaluate(() => document.activeElement?.tagName)).toBe('THROUGHLINE-WIDGET');
    await greeting.click();
    await panel.locator('.bubble', { hasText: 'Questions about sizes?' }).waitFor();
    expect(await shop.evaluate(() => Reflect.get(globalThis, 'isSamePage'))).toBe(true);
    expect(await findViolations(shop)).toEqual([]);
  },
);

it('tags that are left to pages are set by them, and no others', PATIENCE, async () => {
  await using office = await openOffice();
  const { page } = office;
  const visitor = await office.visitor();
  await visitor.say('I have a coupon');
  await visitor.sees('I have a coupon', 'Sent');
  await office.goTo('Sites').catch(() => page.getByRole('heading', { name: 'Look' }).waitFor());
  const tags = page.getByLabel('Tags your pages may set');
  await tags.fill('coupon\nbeta');
  await tags.scrollIntoViewIfNeeded();
  await inEveryLight(office, 'site pages');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved. Open pages have it already.').waitFor();
  const errors = await visitor.page.evaluate(() => {
    const heard: unknown[] = [];
    const chat = Reflect.get(globalThis, 'Throughline');
    chat('on', 'widget.error', ({ data }: { data: object }) => heard.push(data));
    chat('setConversation', { addTags: ['coupon'], topic: 'orders' });
    chat('setConversation', { addTags: ['staff only'] });
    Reflect.set(globalThis, 'heard', heard);
    return heard;
  });
  expect(errors).toEqual([]);
  await page.bringToFront();
  await page.getByRole('link', { name: /^Unassigned/ }).click();
  await page.locator('a.row', { hasText: 'I have a coupon' }).click();
  const details = page.getByRole('complementary', { name: 'Details' });
  await details.getByText('coupon', { exact: true }).waitFor(soon);
  await details.getByText('orders', { exact: true }).waitFor(soon);
  await expect
    .poll(() => visitor.page.evaluate(() => JSON.stringify(Reflect.get(globalThis, 'heard'))), soon)
    .toContain('bad_value');
  expect(await details.getByText('staff only').count()).toBe(0);
});
