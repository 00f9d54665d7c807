import type { Page } from 'playwright-core';
import { launchBrowser } from '../demo/test/browser.ts';

type Sdk = (...call: unknown[]) => unknown;

/** Milliseconds from the key that sends until a frame has the reply. */
type Timed = { shownMs: Promise<number> };

/** Runs in the page: opens a conversation nobody has written in. */
async function beginAnew(): Promise<void> {
  const { Throughline } = window as unknown as { Throughline: Sdk };
  const root = () => document.querySelector('throughline-widget')?.shadowRoot;
  Throughline('newConversation');
  while (root()?.querySelector('.bubble') || root()?.activeElement?.localName !== 'textarea')
    await new Promise(requestAnimationFrame);
}

/** Runs in the page: looks into each frame after the key, for as long as it takes. */
function watchReply(text: string): void {
  const root = document.querySelector('throughline-widget')?.shadowRoot;
  const shownMs = new Promise<number>((resolve) => {
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        const look = () => {
          const all = [...(root?.querySelectorAll('.bubble') ?? [])];
          if (all.some(({ textContent }) => textContent.includes(text)))
            resolve(performance.now() - timeStamp);
          else requestAnimationFrame(look);
        };
        look();
      },
      { capture: true, once: true },
    );
  });
  Object.assign(window, { shownMs } satisfies Timed);
}

async function once(page: Page, reply: string): Promise<number> {
  await page.evaluate(beginAnew);
  // Typed at once, so that the only key is the one that sends.
  await page.locator('throughline-widget textarea').fill('Is anybody there?');
  await page.evaluate(watchReply, reply);
  await page.keyboard.press('Enter');
  return page.evaluate(() => (window as unknown as Timed).shownMs);
}

/** A visitor who writes for the first time, again and again, until they read what a flow says. */
export async function repliesOnScreen(
  address: string,
  { reply, times }: { reply: string; times: number },
): Promise<number[]> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(address);
    await page.waitForFunction(() => 'Throughline' in window);
    await page.evaluate(() => (window as unknown as { Throughline: Sdk }).Throughline('open'));
    await page.locator('throughline-widget textarea').waitFor();
    const taken: number[] = [];
    for (let i = 0; i < times; i++) taken.push(await once(page, reply));
    return taken;
  } finally {
    await browser.close();
  }
}
