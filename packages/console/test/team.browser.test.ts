import { expect, it } from 'vitest';
import { inEveryLight, PATIENCE, useStage } from './pages.ts';

const openOffice = useStage();

it(
  '[CA-03] somebody is made an administrator, disabled and let in again, and one signs out everywhere',
  PATIENCE,
  async () => {
    await using office = await openOffice();
    const { page } = office;
    const card = (name: string) => page.locator('.card').filter({ hasText: name });
    await office.goTo('Team');
    await card('Mara Lindqvist').getByText('Invited').waitFor();
    expect(await card('You').getByRole('button').allTextContents()).toEqual([
      'Sign out everywhere',
    ]);
    await inEveryLight(office, 'team');

    await page.getByRole('button', { name: 'Make administrator Mara Lindqvist' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make administrator' }).click();
    await page.getByText('Mara Lindqvist is an administrator now.').waitFor();
    await page.getByRole('button', { name: 'Make agent Mara Lindqvist' }).waitFor();

    await page.getByRole('button', { name: 'Disable Jonas Weber' }).click();
    await inEveryLight(office, 'disabling');
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByText('Jonas Weber is disabled.').waitFor();
    await card('Jonas Weber').getByText('Disabled', { exact: true }).waitFor();
    await inEveryLight(office, 'team with one disabled');
    await page.getByRole('button', { name: 'Enable Jonas Weber' }).click();
    await page.getByText('Jonas Weber may sign in again.').waitFor();

    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByText('You are signed out everywhere.').waitFor();
  },
);
