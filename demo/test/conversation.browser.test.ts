import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BACK_MS, type Desk, signIn, type Visitor, visitorOn, visitShop } from './people.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

let stage: Stage;
let shop: Visit;
let office: Visit;
let visitor: Visitor;
let desk: Desk;

beforeAll(async () => {
  stage = await setStage();
  office = await stage.open();
  desk = await signIn(office, stage);
});
beforeEach(async () => {
  shop = await stage.open();
  visitor = await visitShop(shop, stage);
});
afterEach(async () => {
  await shop.context.close();
  expect(shop.faults).toEqual([]);
  expect(office.faults).toEqual([]);
});
afterAll(async () => {
  await stage?.close();
});

const ONCE_MS = 500;

/** It stands there once, and still does when whatever might send it again has had its time. */
async function expectOnce(text: string): Promise<void> {
  await new Promise((done) => setTimeout(done, ONCE_MS));
  expect(await visitor.bubbles(text).count()).toBe(1);
  expect(await desk.bubbles(text).count()).toBe(1);
}

/** A conversation with one message each way. */
async function talk(question: string, answer: string): Promise<void> {
  await visitor.openChat();
  await visitor.say(question);
  await desk.openConversation(question);
  await desk.reply(answer);
  await visitor.sees(answer);
}

describe('a visitor and an agent', () => {
  it('talk, each seeing what the other writes, whether it was seen, and who is typing', async () => {
    await visitor.openChat();
    await visitor.say('Is the Alder 2 in stock?');
    await visitor.sees('Is the Alder 2 in stock?', 'Sent');
    await desk.openConversation('Is the Alder 2 in stock?');
    await visitor.sees('Is the Alder 2 in stock?', 'Seen');
    await desk.page.getByLabel('Reply to the visitor').pressSequentially('It');
    await visitor.panel.getByText('is typing').waitFor();
    await desk.reply('It is, in both colours.');
    await visitor.sees('It is, in both colours.');
    await desk.page.locator('.fate', { hasText: 'Seen' }).waitFor();
    await visitor.panel.locator('textarea').pressSequentially('Th');
    await desk.page.getByText('Visitor is typing').waitFor();
    await visitor.say('Thanks!');
    await desk.sees('Thanks!');
  });

  it('keep notes, and only notes, from the visitor', async () => {
    await talk('Do you ship to Malta?', 'We do.');
    await desk.note('Customs took nine days last time.');
    await desk.sees('Customs took nine days last time.');
    await desk.reply('Allow ten days.');
    await visitor.sees('Allow ten days.');
    expect(await shop.page.content()).not.toContain('Customs');
    expect(await visitor.bubbles('Customs').count()).toBe(0);
  });

  it('see a closed conversation open again when the visitor writes', async () => {
    await talk('Can I change my order?', 'Done.');
    await desk.page.getByRole('button', { name: 'Resolve' }).click();
    await visitor.panel.getByText('The conversation was closed').waitFor();
    await visitor.say('One more thing');
    await desk.sees('One more thing');
    await desk.page.locator('.head .status-open').waitFor();
  });

  it('count what is unread while the chat is closed, and open at it', async () => {
    await talk('Where is my parcel?', 'Let me look.');
    await shop.page.keyboard.press('Escape');
    await desk.reply('It is at the depot.');
    await shop.page.locator('throughline-widget .badge', { hasText: '1' }).waitFor();
    await visitor.openChat();
    await visitor.sees('It is at the depot.');
    await shop.page.locator('throughline-widget .badge:empty').waitFor({ state: 'attached' });
  });
});

describe('nothing is lost', () => {
  it('when the page is loaded again, or another page is opened', async () => {
    await talk('Which mat fits?', 'The tapered one.');
    await shop.page.goto(`${stage.base}/demo/checkout.html`);
    await visitor.openChat();
    await visitor.sees('Which mat fits?');
    await visitor.sees('The tapered one.');
    await visitor.say('Then I take it');
    await desk.sees('Then I take it');
    await expectOnce('Then I take it');
  });

  it('[P15] of what was typed just before a reload: it is sent once, after it', async () => {
    let isDead = false;
    await shop.context.routeWebSocket(/engine|socket/, (line) => {
      const relay = line.connectToServer();
      line.onMessage((frame) => {
        if (!isDead) relay.send(frame);
      });
    });
    await shop.page.reload();
    await talk('Are you open today?', 'Until six.');
    isDead = true;
    await visitor.say('Sent into a dead line');
    await visitor.bubbles('Sent into a dead line').waitFor();
    expect(await desk.bubbles('Sent into a dead line').count()).toBe(0);
    isDead = false;
    await shop.page.reload();
    await visitor.openChat();
    await desk.sees('Sent into a dead line');
    await visitor.sees('Sent into a dead line', 'Seen');
    await expectOnce('Sent into a dead line');
  });

  it('[P16] offline: it is shown as waiting, and sent when the line is back', async () => {
    await talk('Do you repair zips?', 'We do.');
    await shop.context.setOffline(true);
    await visitor.say('Typed in a tunnel');
    await visitor.say('and another');
    await visitor.sees('and another', 'Waiting for the connection');
    await desk.reply('Are you there?');
    expect(await desk.bubbles('Typed in a tunnel').count()).toBe(0);
    await shop.context.setOffline(false);
    await visitor.sees('Are you there?');
    await desk.sees('Typed in a tunnel');
    await expectOnce('Typed in a tunnel');
    await expectOnce('and another');
  });

  it('between two tabs opened before the first word: they are one visitor all the same', async () => {
    await using shop = await stage.open();
    const [one, word] = [await visitShop(shop, stage), `From one ${Math.random()}`];
    const page = await shop.context.newPage();
    const two = await visitShop({ ...shop, page }, stage);
    for (const visitor of [one, two]) {
      await visitor.openChat();
      await visitor.panel.locator('.presence', { hasText: /Online|We answer/ }).waitFor();
    }
    await one.say(word);
    await one.sees(word, 'Sent');
    // What one began is where the other is by now.
    await two.sees(word);
    await two.say(`And two ${word}`);
    await two.sees(`And two ${word}`, 'Sent');
    await one.page.reload();
    await one.openChat();
    await one.sees(`And two ${word}`);
    expect(await one.panel.locator('.message[data-mine="true"]').count()).toBe(2);
  });

  it('and nothing is left in any tab once the visitor logged out in one', async () => {
    await using shop = await stage.open();
    const [one, word] = [await visitShop(shop, stage), `Secret ${Math.random()}`];
    const page = await shop.context.newPage();
    const two = await visitShop({ ...shop, page }, stage);
    await one.openChat();
    await one.say(word);
    await one.sees(word, 'Sent');
    await two.openChat();
    await two.sees(word);
    await two.page.evaluate(() => {
      const chat = Reflect.get(globalThis, 'Throughline') as (call: string) => void;
      chat('logout');
    });
    for (const visitor of [one, two]) {
      await visitor.page.bringToFront();
      await visitor.bubbles(word).waitFor({ state: 'detached' });
      await visitor.say('Somebody else');
      await visitor.sees('Somebody else', 'Sent');
    }
  });

  it('between two tabs: both show the same conversation, each message once', async () => {
    await talk('Is this on sale?', 'Until Sunday.');
    const page = await shop.context.newPage();
    await page.goto(`${stage.base}/demo/orders.html`);
    const second = visitorOn(page);
    await second.openChat();
    await second.sees('Until Sunday.');
    await second.say('From the second tab');
    await visitor.sees('From the second tab');
    await visitor.say('From the first tab');
    await second.sees('From the first tab');
    await desk.sees('From the first tab');
    for (const text of ['From the second tab', 'From the first tab']) {
      await expectOnce(text);
      expect(await second.bubbles(text).count()).toBe(1);
    }
  });

  it('when the relay is killed in the middle and started again', async () => {
    await talk('Before the crash', 'I am here.');
    await stage.kill();
    await visitor.say('Into the void');
    await desk.reply('Out of the void');
    await visitor.sees('Into the void', 'Waiting for the connection');
    await visitor.panel.getByText('No connection').waitFor();
    await stage.start();
    await desk.bubbles('Into the void').waitFor({ timeout: BACK_MS });
    await visitor.bubbles('Out of the void').waitFor({ timeout: BACK_MS });
    await visitor.sees('Before the crash');
    await expectOnce('Into the void');
    await expectOnce('Out of the void');
  });
});
