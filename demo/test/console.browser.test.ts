import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { type Desk, signIn, visitShop } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

/** Somebody of the seeded morning. */
const CALLER = 'Amara Okafor';

const dialog = ({ page }: Desk) => page.getByRole('dialog');

/** The screens one by one; each leaves the desk where it found it. */
async function walk(desk: Desk, look: (where: string) => Promise<void>): Promise<void> {
  const { page } = desk;
  await desk.openView('all');
  await look('list');
  await desk.openConversation(CALLER);
  await look('thread');
  for (const kind of ['Quick replies', 'Buttons', 'Card', 'Form', 'Payment request']) {
    await page.getByRole('button', { name: 'Add to the reply' }).press('Enter');
    await page.getByRole('button', { name: kind, exact: true }).press('Enter');
    await dialog(desk).waitFor();
    await look(kind);
    await page.keyboard.press('Escape');
    await dialog(desk).waitFor({ state: 'hidden' });
    await page.getByLabel('Reply to the visitor').blur();
  }
  await page.keyboard.press('n');
  await page.getByLabel('Note for the team').waitFor();
  await look('note');
  await page.getByLabel('Note for the team').blur();
  for (const [key, name] of [
    ['a', 'assign'],
    ['z', 'snooze'],
    ['l', 'tags'],
    ['Control+k', 'palette'],
    ['?', 'help'],
  ] as const) {
    await page.keyboard.press(key);
    await dialog(desk).waitFor();
    await look(name);
    await page.keyboard.press('Escape');
    await dialog(desk).waitFor({ state: 'hidden' });
  }
}

describe('axe finds nothing wrong with the console', () => {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [device, width] of [
      ['desktop', 1280],
      ['phone', 360],
    ] as const)
      it(`on a ${device}: door, list, thread, note, every dialog (${colorScheme})`, async () => {
        await using office = await stage.open({ colorScheme, viewport: { width, height: 800 } });
        const { page } = office;
        const found: string[] = [];
        const look = async (where: string) => {
          for (const violation of await findViolations(page)) found.push(`${where}: ${violation}`);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          if (overflow > 0) found.push(`${where}: ${overflow} px wider than the screen`);
        };
        await page.goto(`${stage.base}/console/`);
        await page.getByLabel('E-mail address').waitFor();
        await look('door');
        await walk(await signIn(office, stage), look);
        expect(found).toEqual([]);
        expect(office.faults).toEqual([]);
      });
});

describe('an agent at the keyboard', () => {
  it('goes through the list, takes, answers, tags, snoozes, wakes and resolves', async () => {
    await using office = await stage.open();
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage);
    await visitor.openChat();
    await visitor.say('All by keyboard, please');
    const desk = await signIn(office, stage);
    const { page } = desk;
    const press = (key: string) => page.keyboard.press(key);
    const status = page.locator('.head');
    await press('g');
    await press('a');
    await page.locator('a.row', { hasText: 'All by keyboard' }).waitFor();
    await press('j');
    await desk.sees('All by keyboard, please');
    await press('i');
    await status.getByText('You').waitFor();
    await press('r');
    await page.keyboard.type('With pleasure.');
    await press('Enter');
    await visitor.sees('With pleasure.');
    await press('Escape');
    await press('l');
    await page.keyboard.type('keys');
    await press('Enter');
    await press('Escape');
    await page.locator('.tag', { hasText: 'keys' }).first().waitFor();
    await press('z');
    await page.keyboard.type('tomorrow 9:00');
    await press('Enter');
    await status.getByText('Snoozed').waitFor();
    await press('Shift+O');
    await status.getByText('Snoozed').waitFor({ state: 'hidden' });
    await press('e');
    await status.getByText('Resolved').waitFor();
    await press('j');
    await press('k');
    await press('Control+k');
    await page.keyboard.type('unassigned');
    await press('Enter');
    await page.waitForURL('**/console/unassigned**');
  });

  it('keeps what is typed for a conversation, through another one and a reload', async () => {
    await using office = await stage.open();
    const desk = await signIn(office, stage);
    const { page } = desk;
    await desk.openConversation(CALLER);
    await page.getByLabel('Reply to the visitor').fill('Half a thought');
    await desk.openConversation('Yuki Tanaka');
    expect(await page.getByLabel('Reply to the visitor').inputValue()).toBe('');
    await desk.openConversation(CALLER);
    await page.reload();
    await expect
      .poll(() => page.getByLabel('Reply to the visitor').inputValue())
      .toBe('Half a thought');
  });
});

describe('[P26] signing out', () => {
  it('in one tab ends the other within seconds', async () => {
    await using office = await stage.open();
    const desk = await signIn(office, stage);
    const other = await office.context.newPage();
    await other.goto(`${stage.base}/console/all`);
    await other.getByRole('navigation', { name: 'Views' }).waitFor();
    await desk.page.keyboard.press('Control+k');
    await desk.page.keyboard.type('sign out');
    await desk.page.keyboard.press('Enter');
    await desk.page.getByLabel('E-mail address').waitFor();
    await other.getByLabel('E-mail address').waitFor({ timeout: 5000 });
    expect(await office.context.cookies()).toEqual([]);
  });
});
