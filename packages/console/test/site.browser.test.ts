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
