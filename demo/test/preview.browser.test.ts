import { expect, it } from 'vitest';
import { openOffice } from './office.ts';

const { stage, desk } = await openOffice();

it('the preview is the widget itself: it follows the form beside it, and tells the relay nothing', async () => {
  const { page } = desk;
  await page.goto(`${stage.base}/console/sites/fernway`);
  const frame = page.frameLocator('iframe[title="The widget, as it would be"]');
  const widget = frame.locator('throughline-widget');
  const panel = widget.locator('.panel');
  await panel.locator('textarea').waitFor();
  const asked: string[] = [];
  page.on('request', (request) => {
    const isOfPreview = request.frame() !== page.mainFrame();
    if (isOfPreview && !request.url().startsWith(`${stage.base}/sdk/`)) asked.push(request.url());
  });

  await page.getByLabel('First words').fill('Good day from the form');
  await panel.getByText('Good day from the form').waitFor();
  await page.getByLabel('Accent as #rrggbb').fill('#8a2be2');
  const accent = () =>
    widget.evaluate((it) => getComputedStyle(it).getPropertyValue('--throughline-accent'));
  await expect.poll(accent).toBe('#8a2be2');

  await page.getByRole('radio', { name: 'Nobody there' }).check();
  await panel.getByText('Nobody is here just now.').waitFor();
  await page.getByRole('radio', { name: 'Somebody there' }).check();
  await panel.getByText('Nobody is here just now.').waitFor({ state: 'detached' });
  await page.getByRole('radio', { name: 'Closed' }).check();
  await panel.waitFor({ state: 'hidden' });
  expect(await widget.locator('.launcher').isVisible()).toBe(true);

  expect(asked).toEqual([]);
  const { SHOTS } = process.env;
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/preview.png` });
});
