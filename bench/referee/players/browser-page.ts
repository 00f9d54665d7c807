import type { Page } from 'playwright-core';
import type { Of } from '../history.ts';
import type { Random } from '../random.ts';
import { type Seat, screenOf } from './browser-seat.ts';
import { nameOf, textOf } from './player.ts';

const RELOADS = 0.03;
/** Whatever a person waits for on a page; then they load it anew. */
export const PATIENCE_MS = 10_000;
const SOON_MS = 1000;

/** Runs in the page: every bubble from top to bottom. */
const readBubbles = () => {
  const { shadowRoot } = document.querySelector('throughline-widget') ?? {};
  return [...(shadowRoot?.querySelectorAll<HTMLElement>('.message') ?? [])].map((message) => ({
    text: message.querySelector('.bubble')?.textContent ?? '',
    isSent: message.dataset.state === 'sent',
  }));
};

/** What is still on its way has no place yet; a second bubble of the same words is one too many all the same. */
export async function bubblesOf({ page }: Seat): Promise<string[]> {
  const bubbles = await page.evaluate(readBubbles);
  const texts = bubbles.map(({ text }) => text);
  return texts.filter((text, i) => bubbles[i]?.isSent || texts.indexOf(text) < i);
}

/** What the screen shows now. */
export function tell(seat: Seat, texts: readonly string[]): void {
  if (!seat.conv) return;
  const keys = texts.map((text) => seat.known.get(text)?.key ?? text);
  seat.stage.history.add({ f: 'screen', proc: screenOf(seat), conv: seat.conv, keys });
}

const panelOf = ({ page }: Seat) => page.locator('throughline-widget .panel');
const fieldOf = (seat: Seat) => panelOf(seat).locator('textarea');

/** The page hears of its end a moment early: of what it hears later, on its way out, nobody is told. */
export const leave = (page: Page): Promise<unknown> =>
  page.evaluate(() => window.dispatchEvent(new Event('pagehide')));

/** Loads the page, and opens the chat where the conversation is. */
export async function enter(seat: Seat): Promise<void> {
  const { page, stage, url, conv } = seat;
  if (seat.life > 0) stage.history.add({ f: 'close', proc: screenOf(seat) });
  seat.life += 1;
  await leave(page);
  await page.goto(url);
  // Where no relay was there to serve the script, there is no button.
  await page.locator('throughline-widget .launcher').waitFor({ timeout: SOON_MS });
  if (conv)
    await page.evaluate((id) => {
      const chat = Reflect.get(globalThis, 'Throughline') as (...call: string[]) => void;
      chat('open', `conversation:${id}`);
    }, conv);
  else await page.locator('throughline-widget .launcher').click();
  await fieldOf(seat).waitFor();
  seat.isThere = true;
}

/** Types and sends; now and then the page is loaded anew between the two, and has to keep what was typed. */
export async function say(seat: Seat, random: Random): Promise<void> {
  if (seat.draft === undefined) {
    const text = textOf(nameOf(seat), seat.n + 1, nameOf(seat));
    await fieldOf(seat).fill(text);
    seat.n += 1;
    seat.draft = text;
    seat.isThere = !seat.conv || !random.chance(RELOADS);
    if (!seat.isThere) return;
  }
  const text = seat.draft;
  seat.draft = undefined;
  // The page makes up where and as what it is sent, and tells when it sends it.
  const about = { proc: nameOf(seat), conv: '', key: '', text };
  const sent = seat.stage.history.add({ f: 'send', type: 'invoke', ...about });
  seat.open.set(text, sent as Of<'send'>);
  await fieldOf(seat).press('Enter');
}

/** Scrolls up to the first message, then tells all from top to bottom. */
export async function tellAll(seat: Seat): Promise<void> {
  const { stage, known, epoch, conv } = seat;
  if (!conv) return;
  if (!seat.isThere) await enter(seat);
  const messages = panelOf(seat).locator('.messages');
  const until = performance.now() + 6 * PATIENCE_MS;
  // The line about older ones goes once there are none.
  while ((await messages.locator('> .day').count()) > 0 && performance.now() < until)
    await messages.evaluate((box) => {
      box.scrollTo(0, 0);
      return new Promise(requestAnimationFrame);
    });
  const texts = await bubblesOf(seat);
  tell(seat, texts);
  for (const text of texts) {
    const { key, at } = known.get(text) ?? { key: text, at: 0 };
    stage.history.add({ f: 'deliver', proc: screenOf(seat), conv, key, at, text, epoch });
  }
}
