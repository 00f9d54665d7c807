import { expect, it } from 'vitest';
import { inEveryLight, PATIENCE, soon, useStage } from './pages.ts';

const openOffice = useStage();

/** Longer than whoever tries again would wait. */
const PAUSE_MS = 3000;

it(
  '[P30] a visitor who is blocked is told calmly, tries nothing again, keeps what they wrote, and is back',
  PATIENCE,
  async () => {
    await using office = await openOffice();
    const { page: desk } = office;
    const [visitor, other] = [await office.visitor(), await office.visitor()];
    await visitor.say('Buy my stamps');
    await visitor.sees('Buy my stamps', 'Sent');
    await other.say('Where is my order?');
    await other.sees('Where is my order?', 'Sent');

    await desk.bringToFront();
    await desk.locator('a.row', { hasText: 'Buy my stamps' }).click();
    await desk.locator('.thread .bubble').first().waitFor();
    const field = visitor.panel.locator('textarea');
    await field.fill('And more of them');
    let sockets = 0;
    visitor.page.on('websocket', () => {
      sockets += 1;
    });

    const details = desk.getByRole('complementary', { name: 'Details' });
    const block = details.getByRole('button', { name: 'Block this visitor' });
    await block.scrollIntoViewIfNeeded();
    await inEveryLight(office, 'before a block');
    await block.click();
    // Details, and the question with them, go where the screen becomes too small for both.
    await office.look('block question');
    await desk.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click();
    await visitor.panel
      .getByText('The chat is not available on this page.')
      .waitFor({ timeout: 5000 });
    await desk.getByText('Nothing is taken from this visitor').waitFor(soon);
    await desk.locator('.head').getByText('Blocked', { exact: true }).waitFor(soon);
    await desk.locator('.timeline-what', { hasText: /^Blocked$/ }).waitFor(soon);
    await inEveryLight(office, 'blocked');

    await visitor.page.waitForTimeout(PAUSE_MS);
    expect(sockets).toBe(0);
    expect(await field.inputValue()).toBe('And more of them');
    await visitor.sees('Buy my stamps');
    await other.say('I have the number');
    await other.sees('I have the number', 'Sent');

    await desk.bringToFront();
    await details.getByRole('button', { name: 'Unblock' }).click();
    await details.getByRole('button', { name: 'Block this visitor' }).waitFor(soon);
    await visitor.page.bringToFront();
    await visitor.page.reload();
    await visitor.panel.or(visitor.page.locator('throughline-widget .launcher')).first().waitFor();
    if (!(await visitor.panel.isVisible())) await visitor.openChat();
    await visitor.sees('Buy my stamps');
    await visitor.panel.locator('textarea').press('Enter');
    await visitor.sees('And more of them', 'Sent');
    await desk.bringToFront();
    await desk.locator('.thread .bubble', { hasText: 'And more of them' }).waitFor(soon);
  },
);
