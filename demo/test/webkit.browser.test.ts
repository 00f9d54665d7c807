import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACK_MS, type Desk, signIn } from './people.ts';
import { type Stage, setStage } from './stage.ts';
import { ENTER, hasWebKit, openWebKit, type WebKit } from './webkit.ts';

/** What a page would rather not have heard. */
const WATCH = `window.faults = [];
  addEventListener('error', ({ message }) => faults.push(message));
  addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)));
  document.addEventListener('securitypolicyviolation', (it) => faults.push(it.violatedDirective));`;
const FOCUS = `return document.querySelector('throughline-widget').shadowRoot.activeElement?.localName`;

describe.skipIf(!hasWebKit())('a visitor with WebKit', () => {
  let stage: Stage;
  let desk: Desk;
  let page: WebKit;

  beforeAll(async () => {
    stage = await setStage();
    desk = await signIn(await stage.open(), stage);
    page = await openWebKit();
  });
  afterAll(async () => {
    await page?.[Symbol.asyncDispose]();
    await stage?.close();
  });

  async function visit(): Promise<void> {
    await page.goto(`${stage.base}/demo/`);
    await page.ask(WATCH);
    await (await page.find('.launcher')).click();
  }

  async function say(text: string): Promise<void> {
    await (await page.find('textarea')).type(text + ENTER);
    await page.find('.bubble', text);
  }

  it('talks with an agent, is there again after a reload, and finds each message once', async () => {
    await visit();
    await page.find('textarea');
    await expect.poll(() => page.ask(FOCUS)).toBe('textarea');
    await say('Is the Alder 2 in stock?');
    await desk.openConversation('Is the Alder 2 in stock?');
    await page.find('.message', 'Seen');
    await desk.reply('It is, **in both colours**.');
    await page.find('.bubble b', 'in both colours');
    expect(await page.ask('return faults')).toEqual([]);

    await page.reload();
    await page.ask(WATCH);
    await (await page.find('.launcher')).click();
    await page.find('.bubble', 'in both colours');
    expect(await page.count('.bubble', 'Is the Alder 2 in stock?')).toBe(1);
    await say('Then one, please.');
    await desk.sees('Then one, please.');
    if (process.env.SHOTS)
      writeFileSync(`${process.env.SHOTS}/webkit.png`, await page.screenshot());
    expect(await page.ask('return faults')).toEqual([]);
  });

  it('writes while the relay is away: the word waits, and arrives once when it is back', async () => {
    await visit();
    await page.find('.bubble', 'in both colours');
    await stage.kill();
    await say('Are you still there?');
    await page.find('.message', 'Waiting for the connection');
    await stage.start();
    await desk.bubbles('Are you still there?').waitFor({ timeout: BACK_MS });
    await page.find('.message', 'Seen');
    expect(await page.count('.bubble', 'Are you still there?')).toBe(1);
    expect(await desk.bubbles('Are you still there?').count()).toBe(1);
  });

  it('closes by the keyboard, and has the focus where it came from', async () => {
    await visit();
    await (await page.find('textarea')).type('\uE00C');
    await expect.poll(() => page.count('.panel')).toBe(0);
    expect(await page.ask('return document.activeElement.localName')).toBe('throughline-widget');
  });
});
