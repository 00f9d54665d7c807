import { expect, it } from 'vitest';
import { inEveryLight, PATIENCE, soon, useStage } from './pages.ts';

const openOffice = useStage();

it(
  '[PR-06] who is erased leaves every screen: the words before the agent’s eyes, the list, the search and the chat',
  PATIENCE,
  async () => {
    await using office = await openOffice();
    const { page: desk } = office;
    const [visitor, other] = [await office.visitor(), await office.visitor()];
    await visitor.say('My old address is Ash Lane 5');
    await visitor.sees('My old address is Ash Lane 5', 'Sent');
    await other.say('Where is my order?');
    await other.sees('Where is my order?', 'Sent');

    await desk.bringToFront();
    await desk.locator('a.row', { hasText: 'Ash Lane' }).click();
    await desk.locator('.thread .bubble').first().waitFor();
    const details = desk.getByRole('complementary', { name: 'Details' });
    const erase = details.getByRole('button', { name: 'Erase this visitor' });
    await erase.scrollIntoViewIfNeeded();
    await inEveryLight(office, 'before an erasure');
    await erase.click();
    await office.look('erasure question');
    await desk.getByRole('dialog').getByRole('button', { name: 'Erase for good' }).click();
    await desk.locator('.thread').getByText('All words erased by you').waitFor(soon);
    await expect.poll(() => desk.getByText('Ash Lane').count()).toBe(0);
    await desk.locator('.timeline-what', { hasText: /^Erased$/ }).waitFor(soon);
    await expect.poll(() => details.getByText('Fernway Supply').count()).toBe(0);
    await inEveryLight(office, 'erased');

    await visitor.page.bringToFront();
    await visitor.page.reload();
    await visitor.page.locator('throughline-widget .launcher').waitFor(soon);
    if (!(await visitor.panel.isVisible())) await visitor.openChat();
    await visitor.panel.locator('textarea').waitFor(soon);
    expect(await visitor.panel.getByText('Ash Lane').count()).toBe(0);
    await other.sees('Where is my order?');
  },
);
