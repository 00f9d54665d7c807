import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { overwrite, signIn, type Visitor, visitShop } from './people.ts';
import { openProgram, type Program } from './program.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

let stage: Stage;
let program: Program;
beforeAll(async () => {
  stage = await setStage();
  program = await openProgram(stage);
});
afterAll(async () => {
  await stage?.close();
});

/** A conversation a program can write into, open on the shop's page. */
async function begin(shop: Visit): Promise<{ visitor: Visitor; conversation: string }> {
  const visitor = await visitShop(shop, stage);
  await visitor.openChat();
  const words = `Hello ${Math.random()}`;
  await visitor.say(words);
  await visitor.sees(words, 'Sent');
  return { visitor, conversation: await program.conversationOf(words) };
}

const MARKS = [
  'Your **order** is *on its way*, number `A-17`.',
  '',
  '1. [Follow it](https://track.example/A-17)',
  '2. Write to [us](mailto:help@shop.example)',
  '   - or call',
  '',
  '> Nobody was at home.',
  '',
  '```',
  'status = "on its way"',
  '```',
].join('\n');

const FORM = {
  kind: 'form',
  form: {
    name: 'callback',
    title: 'When may we call?',
    fields: [
      { type: 'text', name: 'name', label: 'Name', required: true, fact: 'name' },
      { type: 'email', name: 'email', label: 'E-mail', required: true, fact: 'email' },
      { type: 'phone', name: 'phone', label: 'Phone', hint: 'With the country code' },
      { type: 'number', name: 'people', label: 'How many of you?', min: 1, max: 9 },
      {
        type: 'select',
        name: 'when',
        label: 'Time of day',
        options: [
          { value: 'am', label: 'In the morning' },
          { value: 'pm', label: 'In the afternoon' },
        ],
      },
      { type: 'date', name: 'day', label: 'Day' },
      { type: 'textarea', name: 'more', label: 'Anything else?' },
      { type: 'checkbox', name: 'ok', label: 'You may keep my number', required: true },
    ],
    submit: 'Ask for a call',
  },
};

const card = (n: number) => ({
  title: `Tent ${n}`,
  text: 'Light, dry, up in two minutes.',
  image: { url: 'https://pictures.example/tent.png', alt: 'A green tent' },
  buttons: [
    { label: 'Look at it', url: 'https://shop.example/tent' },
    { label: 'Take this one', action: `take-${n}` },
  ],
});

const BILL = {
  kind: 'payment',
  title: 'Invoice 2026-17',
  amount: 4990,
  currency: 'EUR',
  url: 'https://pay.shop.example/i/17',
  reference: 'F-17',
};

/** Texts in it whose end is drawn left of their beginning. */
const drawnBackwards = (place: Locator): Promise<string[]> =>
  place.evaluate((root) => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    while (texts.nextNode()) {
      const { data } = texts.currentNode as Text;
      const letters = [...data.matchAll(/\w/g)].map(({ index }) => {
        const range = document.createRange();
        range.setStart(texts.currentNode, index);
        range.setEnd(texts.currentNode, index + 1);
        return range.getBoundingClientRect();
      });
      const [first, last] = [letters[0], letters.at(-1)];
      if (first && last && first.top === last.top && last.left < first.left) found.push(data);
    }
    return found;
  });

it('[EV-10] what turns the direction of text turns nothing that stands beside it', async () => {
  await using shop = await stage.open();
  await using office = await stage.open();
  const { visitor, conversation } = await begin(shop);
  // Two that turn and are never ended, and what nobody sees.
  const turned = '\u202Ebackwards\u2067\u200B';
  await visitor.say(turned);
  await visitor.sees('backwards', 'Sent');
  await program.say(conversation, {
    text: `**${turned}**`,
    block: { kind: 'cards', cards: [{ title: turned }] },
  });
  await visitor.panel.locator('.block b').waitFor();
  const desk = await signIn(office, stage);
  await desk.openConversation('backwards');
  await desk.page.locator('.thread .block').waitFor();
  for (const place of [
    visitor.panel,
    desk.page.locator('a.row', { hasText: 'backwards' }),
    desk.page.locator('.thread'),
  ]) {
    const backwards = await drawnBackwards(place);
    expect(backwards.length).toBeGreaterThan(0);
    expect(backwards.filter((text) => !text.includes('backwards'))).toEqual([]);
  }
  expect([...shop.faults, ...office.faults]).toEqual([]);
});

describe('rich messages under the strictest policy', () => {
  it('[MD-18] formatted text is drawn on both sides, and what a visitor types stays as it is typed', async () => {
    await using shop = await stage.open();
    await using office = await stage.open();
    const { visitor, conversation } = await begin(shop);
    await visitor.say('My order is **A-17**');
    await program.say(conversation, { text: MARKS });
    const marks = visitor.panel.locator('.marks');
    await marks.locator('b', { hasText: 'order' }).waitFor();
    expect(await marks.locator('ol > li').count()).toBe(2);
    const link = marks.locator('a').first();
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    await visitor.sees('My order is **A-17**');
    const desk = await signIn(office, stage);
    await desk.openConversation('Your **order**');
    await desk.page.locator('.marks b', { hasText: 'order' }).waitFor();
    await desk.sees('My order is **A-17**');
    expect(await findViolations(shop.page, 'throughline-widget')).toEqual([]);
    expect([...shop.faults, ...office.faults]).toEqual([]);
  });

  it('a text without marks or a block fetches nothing more', async () => {
    await using shop = await stage.open();
    const { visitor, conversation } = await begin(shop);
    // What comes with opening, and with the first conversation, has come.
    await shop.page.waitForTimeout(1500);
    const asked: string[] = [];
    shop.page.on('request', (request) => asked.push(request.url()));
    await program.say(conversation, { text: 'It is 3 * 4 - see https://shop.example/a' });
    await visitor.sees('It is 3 * 4');
    expect(asked.filter((url) => url.endsWith('.js'))).toEqual([]);
    await program.say(conversation, { text: 'It is **12**' });
    await visitor.panel.locator('.marks b').waitFor();
    expect(asked.filter((url) => /\/markdown\.[^/]+\.js$/.test(url))).toHaveLength(1);
  });

  it('a reply that is chosen is said, and the others go', async () => {
    await using shop = await stage.open();
    const { visitor, conversation } = await begin(shop);
    const options = [
      { action: 'yes', label: 'Yes, please' },
      { action: 'no', label: 'No, thanks' },
    ];
    await program.say(conversation, { text: 'Shall I?', block: { kind: 'replies', options } });
    const replies = visitor.panel.getByRole('group', { name: 'Answers' });
    await replies.waitFor();
    expect(await findViolations(shop.page, 'throughline-widget')).toEqual([]);
    await replies.getByRole('button', { name: 'Yes, please' }).press('Enter');
    await visitor.sees('Yes, please', 'Sent');
    expect(await replies.count()).toBe(0);
    await expect
      .poll(() => program.data(conversation, 'message.action_clicked'))
      .toEqual([expect.objectContaining({ action: 'yes', label: 'Yes, please' })]);
    expect(shop.faults).toEqual([]);
  });

  it('a form says what is wrong beside it, keeps what was written, and is sent once', async () => {
    await using shop = await stage.open();
    const { visitor, conversation } = await begin(shop);
    await program.say(conversation, { text: 'Gladly.', block: FORM });
    const form = visitor.panel.getByRole('form', { name: 'When may we call?' });
    await form.getByLabel('E-mail').fill('grace');
    await form.getByLabel('How many').fill('3');
    await form.getByRole('button', { name: 'Ask for a call' }).click();
    const name = form.getByLabel('Name');
    expect(await name.evaluate((it) => it === (it.getRootNode() as ShadowRoot).activeElement)).toBe(
      true,
    );
    const email = form.getByLabel('E-mail');
    expect(await email.getAttribute('aria-invalid')).toBe('true');
    const described = await email.getAttribute('aria-describedby');
    expect(await form.locator(`[id="${described}"]`).textContent()).toContain('name@example.com');
    expect(await findViolations(shop.page, 'throughline-widget')).toEqual([]);
    await shop.page.reload();
    await visitor.openChat();
    await expect.poll(() => form.getByLabel('How many').inputValue()).toBe('3');
    await name.fill('Grace');
    await overwrite(email, 'grace@example.com');
    await form.getByLabel('Time of day').selectOption('pm');
    await form.getByLabel('You may keep').check();
    await form.getByRole('button', { name: 'Ask for a call' }).click();
    await visitor.panel.locator('.form dd', { hasText: 'In the afternoon' }).waitFor();
    await visitor.panel.locator('.form').getByText('Sent', { exact: true }).waitFor();
    expect(await program.data(conversation, 'form.submitted')).toEqual([
      expect.objectContaining({
        form: 'callback',
        values: { name: 'Grace', email: 'grace@example.com', people: 3, when: 'pm', ok: true },
      }),
    ]);
    await expect
      .poll(() => program.factsIn(conversation))
      .toMatchObject({
        name: 'Grace',
        email: 'grace@example.com',
      });
    expect(shop.faults).toEqual([]);
  });

  it('a payment shows what became of it while the chat is open', async () => {
    await using shop = await stage.open();
    const { visitor, conversation } = await begin(shop);
    const message = await program.say(conversation, {
      text: 'Here is your invoice.',
      block: { ...BILL, dueAt: Date.now() - 86_400_000 },
    });
    const payment = visitor.panel.locator('.payment');
    await payment.getByText('Overdue since').waitFor();
    expect(await payment.textContent()).toContain('€49.90');
    const pay = payment.getByRole('link', { name: 'Pay now' });
    expect(await pay.getAttribute('href')).toBe(BILL.url);
    expect(await findViolations(shop.page, 'throughline-widget')).toEqual([]);
    await program.report(conversation, { message, status: 'failed' });
    await payment.getByText('The payment did not go through').waitFor();
    await program.report(conversation, { message, status: 'paid' });
    await payment.getByText('Paid', { exact: true }).waitFor();
    expect(await pay.count()).toBe(0);
    expect(shop.faults).toEqual([]);
  });

  it('[MD-03] cards are turned by keyboard and button; a picture from elsewhere waits to be asked for', async () => {
    await using shop = await stage.open();
    const { visitor, conversation } = await begin(shop);
    const asked: string[] = [];
    shop.page.on('request', (request) => asked.push(request.url()));
    const cards = [1, 2, 3].map(card);
    await program.say(conversation, { text: 'Three tents.', block: { kind: 'cards', cards } });
    const list = visitor.panel.getByRole('list', { name: 'Cards' });
    await list.waitFor();
    expect(await findViolations(shop.page, 'throughline-widget')).toEqual([]);
    const left = () => list.evaluate((it) => it.scrollLeft);
    await visitor.panel.getByRole('button', { name: 'Next' }).click();
    await expect.poll(left).toBeGreaterThan(100);
    await list.focus();
    await shop.page.keyboard.press('ArrowLeft');
    await expect.poll(left).toBeLessThan(100);
    await list.getByRole('button', { name: 'Take this one' }).first().click();
    await list.getByRole('button', { name: 'Chosen: Take this one' }).waitFor();
    expect(asked.filter((url) => url.includes('pictures.example'))).toEqual([]);
    expect(shop.faults).toEqual([]);
    await list.getByRole('button', { name: 'pictures.example' }).first().click();
    await list.getByText('A green tent').waitFor();
  });

  it('a rating is given by keyboard, with a word to it', async () => {
    await using shop = await stage.open();
    await using office = await stage.open();
    const { visitor, conversation } = await begin(shop);
    const block = { kind: 'rating', scale: 'csat', comment: true };
    await program.say(conversation, { text: 'How was it?', block });
    await visitor.panel.getByRole('radio').first().focus();
    await shop.page.keyboard.press('ArrowRight');
    await shop.page.keyboard.press('ArrowRight');
    await visitor.panel.getByLabel('Anything to add?').fill('Quick');
    expect(await findViolations(shop.page, 'throughline-widget')).toEqual([]);
    await visitor.panel.locator('.rating').getByRole('button', { name: 'Send' }).click();
    await visitor.panel.getByText('You gave 3 of 5.').waitFor();
    const desk = await signIn(office, stage);
    await desk.openConversation('How was it?');
    await desk.page.locator('.block-card', { hasText: '3 of 5' }).getByText('Quick').waitFor();
    expect(await findViolations(office.page, '.thread')).toEqual([]);
    expect([...shop.faults, ...office.faults]).toEqual([]);
  });
});
