import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { AgentEvent, EventData } from '@throughline/shared/schema';
import { afterEach, expect, it, vi } from 'vitest';
import { event, id, page, row, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { Conversation } from './Conversation.tsx';

afterEach(cleanup);

const suggestion = (
  more: Partial<EventData<'suggestion.made'>> = {},
): EventData<'suggestion.made'> => ({
  ...{ bot: 'helper', version: 'v', mode: 'suggest', upTo: 1, text: 'Tomorrow, at *nine*' },
  ...{ next: 'wait', sendAt: null, state: null },
  ...more,
});

const made = (data: EventData<'suggestion.made'> = suggestion()): AgentEvent => ({
  ...event({ seq: 2, by: 'system' }, 'suggestion.made', data),
  pub: null,
  actor: { kind: 'bot', id: 'http:helper', name: 'Helper' },
});

async function setUp(events: AgentEvent[]) {
  const test = testDesk({
    rows: [row(1)],
    route: { conversation: id(1) },
    answers: {
      'conversation:resume': ({ cursor }: { cursor: string | null }) => ({
        ok: true,
        data:
          cursor === null
            ? page([event(1, 'message.created', { text: 'When?' }), ...events])
            : { ...page([]), state: 'recovered', reason: undefined, head: events.length + 1 },
      }),
    },
  });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Conversation />
    </DeskProvider>,
  );
  await test.settle();
  const press = async (name: string) => {
    fireEvent.click(screen.getByRole('button', { name }));
    await test.settle();
  };
  const commands = () =>
    test.sent.filter(({ name }) => /^(suggestion|message):(send|hold|dismiss)/.test(name));
  return { ...test, press, commands };
}

const card = () => screen.queryByRole('region', { name: /suggests|has nothing to say/ });

it('what a bot suggests stands above the composer as it is written, and who suggests it', async () => {
  await setUp([made()]);
  expect(card()?.textContent).toContain('Helper suggests');
  expect(card()?.querySelector('.suggestion-text')?.textContent).toBe('Tomorrow, at *nine*');
});

it('[AI-17] an address in it is text: nothing leads there, and nothing is fetched', async () => {
  await setUp([
    made(suggestion({ text: 'See https://evil.example/?d=1 ![x](https://evil.example/)' })),
  ]);
  expect(card()?.querySelector('a, img')).toBeNull();
});

it('sending it is a message of one’s own that names it', async () => {
  const { press, commands } = await setUp([made()]);
  await press('Send');
  expect(commands()).toMatchObject([
    { name: 'message:send', input: { text: 'Tomorrow, at *nine*', suggestion: made().id } },
  ]);
});

it('using it puts it into the composer, and what is sent from there names it', async () => {
  const { press, commands, desk } = await setUp([made()]);
  await press('Use');
  expect(card()).toBeNull();
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Reply to the visitor' });
  expect(field.value).toBe('Tomorrow, at *nine*');
  fireEvent.input(field, { target: { value: 'On Friday' } });
  await press('Send reply');
  expect(commands()).toMatchObject([
    { name: 'message:send', input: { text: 'On Friday', suggestion: made().id } },
  ]);
  expect(desk.store.getState().sources).toEqual({});
});

it('who empties the composer gets the card back', async () => {
  const { press, settle } = await setUp([made()]);
  await press('Use');
  fireEvent.input(screen.getByRole('textbox', { name: 'Reply to the visitor' }), {
    target: { value: '' },
  });
  await settle();
  expect(card()).not.toBeNull();
});

it('one that would leave by itself says when, and is held by whoever looks at it', async () => {
  const sendAt = Date.now() + 12_000;
  const { press, commands } = await setUp([made(suggestion({ mode: 'supervised', sendAt }))]);
  expect(card()?.textContent).toMatch(/Sends by itself.*1[12] seconds left/);
  await press('Use');
  expect(commands()).toMatchObject([{ name: 'suggestion:hold', input: { suggestion: made().id } }]);
});

it('dismissing it is said to the relay, and its end takes the card away', async () => {
  const { press, commands, say, settle } = await setUp([made()]);
  await press('Dismiss');
  expect(commands()).toMatchObject([{ name: 'suggestion:dismiss' }]);
  say('event', {
    ...event({ seq: 3, by: 'me' }, 'suggestion.ended', {
      ...{ suggestion: made().id, outcome: 'dismissed', message: null },
    }),
    pub: null,
  });
  await settle();
  await vi.waitFor(() => expect(card()).toBeNull());
  expect(document.body.textContent).toContain('A suggestion of Helper was dismissed by you');
});

it('one in the shadow is shown to nobody before they have answered', async () => {
  const { say, settle } = await setUp([made(suggestion({ mode: 'shadow' }))]);
  expect(card()).toBeNull();
  expect(document.body.textContent).not.toContain('nine');
  say('event', event({ seq: 3, by: 'me' }, 'message.created', { text: 'On Friday' }));
  say('event', {
    ...event({ seq: 4, by: 'system' }, 'suggestion.ended', {
      ...{ suggestion: made().id, outcome: 'shadow', message: id(9) },
    }),
    pub: null,
  });
  await settle();
  await vi.waitFor(() => expect(document.querySelector('.deed')).not.toBeNull());
  expect(document.body.textContent).toContain('In the shadow, Helper would have answered too');
});

it('where it would say nothing it says why', async () => {
  await setUp([made(suggestion({ text: '', next: 'hand_off', reason: 'policy' }))]);
  expect(card()?.textContent).toContain('It would hand over to people: this is for people.');
  expect(screen.queryByRole('button', { name: 'Send' })).toBeNull();
});
