import { builtMounts } from '@throughline/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bot, botWorld, publishBots } from '../../packages/server/test/bots.ts';
import { findViolations } from './axe.ts';
import { launchBrowser } from './browser.ts';

const PATIENCE = { timeout: 240_000 };
const soon = { timeout: 10_000 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const trace = [
  {
    ...{ kind: 'tool' as const, name: 'find_order', input: '{"order":"A-1042"}' },
    ...{ output: '{"state":"on its way","due":"2026-11-27"}', ok: true, durationMs: 412 },
  },
  {
    ...{ kind: 'model' as const, name: 'small-1', input: 'Where is my order A-1042?' },
    ...{ output: 'It comes tomorrow.', ok: true, durationMs: 1730 },
  },
];
const usage = { tokensIn: 1840, tokensOut: 96, microUsd: 3100, toolCalls: 1 };
const cost = { trace, usage };
const SHOTS = process.env.SHOTS;

/** An administrator in a browser, in front of a relay with bots that answer when the test says so. */
async function openDesk(bots: Parameters<typeof botWorld>[0]) {
  const world = await botWorld({ ...bots, options: { mounts: builtMounts(), home: '/console/' } });
  const { session } = await world.relay.hire('Rosa Lindqvist', 'admin');
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  context.setDefaultTimeout(10_000);
  await context.addCookies([{ name: 'throughline', value: session.token, url: world.relay.url }]);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${world.relay.url}/console/`);
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
  const openConversation = async (id: string) => {
    await page.goto(`${world.relay.url}/console/all/${id}`);
    await page.locator('.thread .bubble').first().waitFor();
  };
  return { ...world, context, page, faults, openConversation };
}

/** In both lights, on a desk and on a phone: nothing axe finds, nothing wider than the screen. */
async function look(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      expect(await findViolations(page), `${where} ${width} ${colorScheme}`).toEqual([]);
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wider, `${where} ${width}`).toBe(0);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${where}-${width}-${colorScheme}.png` });
    }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 860 });
}

it(
  'a suggestion is used, changed and sent by a person, and the visitor reads nothing before that',
  PATIENCE,
  async () => {
    const bots = [bot('helper', { name: 'Order helper', mode: 'suggest', start: {} })];
    const { page, faults, ask, turn, openConversation, context } = await openDesk({ bots });
    const { visitor, conversation, say } = await ask('Where is my order A-1042?');
    await openConversation(conversation);
    (await turn(0)).answer('It is on its way, and comes **tomorrow**.', cost);
    const card = page.getByRole('region', { name: 'Order helper suggests' });
    await card.waitFor();
    await card.getByText('How it came to this').click();
    await look(page, 'suggestion');
    expect(JSON.stringify(visitor.all('event'))).not.toContain('on its way');
    await card.getByRole('button', { name: 'Use' }).click();
    const field = page.getByLabel('Reply to the visitor');
    expect(await field.inputValue()).toContain('tomorrow');
    await field.fill('It comes tomorrow, between nine and noon.');
    await field.press('Enter');
    await expect
      .poll(() => JSON.stringify(visitor.all('event')), soon)
      .toContain('between nine and noon');
    await page.locator('.deed', { hasText: 'Written from a suggestion of Order helper' }).waitFor();
    await say('Thank you! And the invoice?');
    (await turn(1)).answer('It is in your account.');
    await card.waitFor();
    // By keys alone.
    await page.locator('.thread-scroller').focus();
    await page.keyboard.press('Shift+U');
    await expect
      .poll(() => JSON.stringify(visitor.all('event')), soon)
      .toContain('in your account');
    await expect.poll(() => card.count(), soon).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  },
);

it('what would leave by itself says when, and stays where somebody says so', PATIENCE, async () => {
  const bots = [
    bot('helper', { name: 'Order helper', mode: 'supervised', sendAfterMs: 60_000, start: {} }),
  ];
  const { page, ask, turn, openConversation, context, becomes } = await openDesk({ bots });
  const { conversation } = await ask('Can I still change the colour?');
  await openConversation(conversation);
  (await turn(0)).answer('Yes, until it is packed. Which one would you like?');
  await page.getByText('Sends by itself').waitFor();
  await look(page, 'supervised');
  await page.getByRole('button', { name: 'Hold' }).click();
  await expect.poll(() => page.getByText('Sends by itself').count(), soon).toBe(0);
  const row = await becomes(conversation, ({ advice }) => advice?.suggestion?.sendAt === null);
  expect(row.advice?.suggestion?.outcome).toBeNull();
  await context.close();
});

it(
  'a bot is seen to begin, to fail, to be followed, to hand over; a person gives it back',
  PATIENCE,
  async () => {
    const bots = [
      bot('first', { name: 'Front desk', start: {}, otherwise: 'second' }),
      bot('second', { name: 'Second line' }),
      bot('shy', { name: 'Apprentice', mode: 'shadow' }),
    ];
    const world = await openDesk({ bots });
    const { page, faults, ask, turn, openConversation, becomes, context } = world;
    const { conversation, say } = await ask('I want my money back.');
    await openConversation(conversation);
    (await turn(0)).fail(new Error('no'));
    (await turn(1)).answer('Let me look at the order first.', cost);
    await becomes(conversation, ({ bot }) => bot?.visit === 1);
    await say('Hurry up please');
    (await turn(2)).answer({
      next: {
        ...{ do: 'hand_off', reason: 'distress' },
        summary: {
          ...{ problem: 'Wants a refund of order A-1042, which came broken.', cites: [2] },
          tried: ['Found the order', 'Offered a new one'],
        },
      },
    });
    const handed = page.locator('.deed', { hasText: 'hands over to people: the visitor is upset' });
    await handed.waitFor();
    await page.locator('.deed', { hasText: 'Front desk could not go on: it broke' }).waitFor();
    await handed.locator('summary').click();
    await page
      .locator('.deed', { hasText: 'How Second line came to its answer' })
      .locator('summary')
      .click();
    await look(page, 'deeds');
    await page
      .getByRole('button', { name: /^Assign|Unassigned/ })
      .first()
      .waitFor();
    await page.keyboard.press('b');
    const dialog = page.getByRole('dialog', { name: 'Hand back to a bot' });
    await dialog.getByLabel('Bot').selectOption('second');
    await dialog.getByLabel('What it is to do').fill('Find out where it broke.');
    await look(page, 'hand-back');
    await dialog.getByRole('button', { name: 'Hand back' }).click();
    expect((await turn(3)).turn).toMatchObject({
      reason: 'handed_back',
      goal: 'Find out where it broke.',
    });
    await page.locator('.deed', { hasText: 'Handed back to the bot second by you' }).waitFor();
    await page.getByRole('link', { name: 'Bots', exact: true }).click();
    await page.getByText('Could not answer lately').waitFor();
    await page.getByText('1 turn now').waitFor();
    await look(page, 'bots');
    await page.getByRole('button', { name: 'Stop all bots' }).click();
    await page.getByRole('button', { name: 'Stop all', exact: true }).click();
    await page.getByText('people answer everything').waitFor();
    await becomes(conversation, ({ bot }) => bot?.outcome === 'off');
    await look(page, 'bots-stopped');
    await publishBots(world.relay, []);
    await page.getByText('There are no bots.').waitFor();
    await look(page, 'no-bots');
    expect(faults).toEqual([]);
    await context.close();
  },
);

it(
  'what a bot may not do by itself is read, letter by letter, before somebody says yes',
  PATIENCE,
  async () => {
    const bots = [bot('helper', { name: 'Order helper', start: {} })];
    const world = await openDesk({ bots });
    const { page, ask, turn, openConversation, becomes, faults, context } = world;
    const { conversation } = await ask('I want my money back.');
    await openConversation(conversation);
    (await turn(0)).answer('I ask a colleague.', {
      approval: {
        ...{ tool: 'issue_refund', expiresAt: Date.now() + 290_000 },
        ...{ hash: 'aGFzaA', preview: 'issue_refund' },
        arguments: '{"amount":"49.90 EUR","order":"A-1042","reason":"It came broken."}',
      },
    });
    const card = page.getByRole('region', { name: 'helper asks to call issue_refund' });
    await card.waitFor();
    await look(page, 'approval');
    await card.getByRole('button', { name: 'Approve' }).click();
    const decided = await becomes(conversation, ({ approval }) => approval?.outcome);
    expect(decided.approval).toMatchObject({ tool: 'issue_refund', outcome: 'approved' });
    await page.locator('.deed', { hasText: 'The call was approved by you' }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  },
);
