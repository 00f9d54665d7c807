import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn, type Visitor, visitShop } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

async function ask(visitor: Visitor, question: string): Promise<void> {
  await visitor.openChat();
  await visitor.say(question);
}

/** Waits until exactly this stands under the message. */
const shows = (visitor: Visitor, text: string, fate: string): Promise<void> =>
  visitor.bubbles(text).locator('.delivery').getByText(fate, { exact: true }).waitFor();

it('[P22] a message is sent while no console is there, delivered to one that looks elsewhere, and seen when opened', async () => {
  await using shop = await stage.open();
  const visitor = await visitShop(shop, stage);
  await ask(visitor, 'Is anybody there?');
  await shows(visitor, 'Is anybody there?', 'Sent');
  await using garden = await stage.open();
  const other = await visitShop(garden, stage);
  await ask(other, 'A question of somebody else');
  await shows(other, 'A question of somebody else', 'Sent');

  await using office = await stage.open();
  const desk = await signIn(office, stage);
  await desk.openConversation('A question of somebody else');
  await visitor.page.bringToFront();
  await shows(visitor, 'Is anybody there?', 'Delivered');
  await visitor.say('And now?');
  await shows(visitor, 'And now?', 'Delivered');
  // Nothing of this is read out.
  const spoken = visitor.page.locator('throughline-widget [aria-live="polite"]');
  expect(await spoken.allTextContents()).toEqual(['']);
  await visitor.page.reload();
  await visitor.openChat();
  await shows(visitor, 'And now?', 'Delivered');

  await office.page.bringToFront();
  await desk.openConversation('And now?');
  await visitor.page.bringToFront();
  await shows(visitor, 'And now?', 'Seen');
  expect([...shop.faults, ...office.faults]).toEqual([]);
});
