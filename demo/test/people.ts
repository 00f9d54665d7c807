import type { Locator, Page } from 'playwright-core';
import { ADMIN, type Stage, type Visit } from './stage.ts';

/** Pages try again at least every 15 s: whoever waits for one after an outage needs more patience than that. */
export const BACK_MS = 30_000;

/** What a visitor does on the shop's pages, through the widget as it is seen. */
export interface Visitor {
  page: Page;
  panel: Locator;
  openChat(): Promise<void>;
  say(text: string): Promise<void>;
  /** Messages with exactly this text on screen. */
  bubbles(text: string): Locator;
  /**
   * Waits until the message stands there once, in this state: Sent, Seen, Waiting for the connection.
   * What has come further than Sent was sent, too: a console may have it already.
   */
  sees(text: string, state?: string): Promise<void>;
}

export function visitorOn(page: Page): Visitor {
  const panel = page.locator('throughline-widget .panel');
  const field = panel.locator('textarea');
  const bubbles = (text: string): Locator =>
    panel.locator('.message').filter({ has: page.locator('.bubble', { hasText: text }) });
  return {
    page,
    panel,
    bubbles,
    async openChat() {
      await page.bringToFront();
      await page.locator('throughline-widget .launcher').click();
      await field.waitFor();
    },
    async say(text) {
      await page.bringToFront();
      await field.fill(text);
      await field.press('Enter');
    },
    async sees(text, state) {
      // A page behind another one is not drawn, and nothing that waits for its drawing comes true.
      await page.bringToFront();
      const message = bubbles(text);
      await message.waitFor();
      const found = state === 'Sent' ? /^(Sent|Delivered|Seen)$/ : state;
      if (found) await panel.locator('.message', { hasText: text }).getByText(found).waitFor();
    },
  };
}

/** Writes over what stands in a field, by keyboard: Playwright’s own way adds to an e-mail field of Firefox’s. */
export async function overwrite(field: Locator, text: string): Promise<void> {
  await field.press('ControlOrMeta+a');
  await field.pressSequentially(text);
}

/** A visitor who has come to a page of the shop. */
export async function visitShop(visit: Visit, stage: Stage, path = '/demo/'): Promise<Visitor> {
  await visit.page.goto(stage.base + path);
  await visit.page.locator('throughline-widget .launcher').waitFor();
  return visitorOn(visit.page);
}

/** What an agent does in the console. */
export interface Desk {
  page: Page;
  openView(view: string): Promise<void>;
  /** Opens the conversation whose row shows this text. */
  openConversation(text: string): Promise<void>;
  reply(text: string): Promise<void>;
  note(text: string): Promise<void>;
  bubbles(text: string): Locator;
  sees(text: string): Promise<void>;
}

export async function signIn(visit: Visit, stage: Stage): Promise<Desk> {
  const { page } = visit;
  await page.goto(`${stage.base}/console/`);
  await page.getByLabel('E-mail address').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
  const bubbles = (text: string): Locator => page.locator('.thread .bubble', { hasText: text });
  const write = async (mode: string, label: string, text: string): Promise<void> => {
    await page.locator('.modes').getByRole('button', { name: mode }).click();
    const field = page.getByLabel(label);
    await field.fill(text);
    await field.press('Enter');
  };
  const openView = (view: string): Promise<void> =>
    page.locator(`.rail-view[href="/console/${view}"]`).click();
  return {
    page,
    bubbles,
    openView,
    async openConversation(text) {
      await openView('all');
      await page.locator('a.row', { hasText: text }).click();
      await page.locator('.thread .bubble').first().waitFor();
    },
    reply: (text) => write('Reply', 'Reply to the visitor', text),
    note: (text) => write('Note', 'Note for the team', text),
    sees: (text) => bubbles(text).waitFor(),
  };
}
