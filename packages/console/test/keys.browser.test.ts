import { expect, it } from 'vitest';
import { inEveryLight, PATIENCE, useStage } from './pages.ts';

const openOffice = useStage();

it(
  'a key is made, its secret shown once and good for what it may do, rotated and revoked',
  PATIENCE,
  async () => {
    await using office = await openOffice();
    const { page, base } = office;
    const read = async (secret: string) =>
      (await fetch(`${base}/v1/events`, { headers: { authorization: `Bearer ${secret}` } })).status;
    await office.goTo('API keys');
    const make = page.getByRole('button', { name: 'New key' });
    await make.waitFor();
    await inEveryLight(office, 'list');
    await make.click();
    await page.keyboard.type('Warehouse');
    await inEveryLight(office, 'form');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The secret of “Warehouse”' }).waitFor();
    await inEveryLight(office, 'secret');
    await page.getByRole('button', { name: 'Copy secret' }).click();
    await page.getByText('Copied').waitFor();
    const secret = await office.copied();
    expect(await read(secret)).toBe(200);
    await page.getByText(`"${base}/v1/events?after=now"`).waitFor();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'Warehouse' }).waitFor();
    expect(await page.content()).not.toContain(secret);

    await page.getByRole('button', { name: 'Rotate Warehouse' }).click();
    await inEveryLight(office, 'rotating');
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const renewed = await page.locator('.secret-text').textContent();
    expect([await read(secret), await read(renewed ?? '')]).toEqual([200, 200]);
    await page.getByText('The secret before the rotation is good until').waitFor();
    expect(await page.getByRole('button', { name: 'Rotate Warehouse' }).isDisabled()).toBe(true);

    await page.getByRole('button', { name: 'Revoke Warehouse' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked “Warehouse”.').waitFor();
    expect(await read(renewed ?? '')).toBe(401);
  },
);
