import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { AgentEvent, EventData } from '@throughline/shared/schema';
import { afterEach, expect, it } from 'vitest';
import { event, id, page, refusal, row, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { Conversation } from './Conversation.tsx';

afterEach(cleanup);

const requested = (more: Partial<EventData<'approval.requested'>> = {}): AgentEvent => ({
  ...event({ seq: 2, by: 'system' }, 'approval.requested', {
    ...{ bot: 'helper', tool: 'issue_refund', hash: 'h', preview: '' },
    ...{ arguments: '{"cents":500,"order":"A-17"}', expiresAt: Date.now() + 290_000 },
    ...more,
  }),
  pub: null,
  actor: { kind: 'bot', id: 'llm:helper', name: 'Helper' },
});

async function setUp(events: AgentEvent[], answer: unknown = undefined) {
  const said = [event(1, 'message.created', { text: 'My money!' }), ...events];
  const test = testDesk({
    rows: [row(1)],
    route: { conversation: id(1) },
    answers: {
      'conversation:resume': () => ({ ok: true, data: page(said) }),
      'approval:decide': () => answer,
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
  return { ...test, press };
}

const card = () => screen.queryByRole('region', { name: /asks to call/ });

it('says exactly what would be called, with what, and how long there is to decide', async () => {
  await setUp([requested()]);
  expect(card()?.textContent).toContain('Helper asks to call issue_refund');
  expect([...(card()?.querySelectorAll('dt') ?? [])].map((it) => it.textContent)).toEqual([
    'cents',
    'order',
  ]);
  expect([...(card()?.querySelectorAll('dd') ?? [])].map((it) => it.textContent)).toEqual([
    '500',
    'A-17',
  ]);
  expect(card()?.textContent).toContain('4 min left');
});

it.each([
  ['Approve', 'approved'],
  ['Reject', 'rejected'],
])('%s is said to the relay, once', async (name, outcome) => {
  const { press, sent } = await setUp([requested()]);
  await press(name);
  await press(name);
  const given = sent.filter((it) => it.name === 'approval:decide').map(({ input }) => input);
  expect(given[0]).toMatchObject({ conversation: id(1), approval: requested().id, outcome });
  // Without an answer the same is said again.
  expect(new Set(given.map((it) => it.id)).size).toBe(1);
});

it('where somebody was quicker it is said', async () => {
  const { press, desk } = await setUp([requested()], refusal('wrong_status'));
  await press('Approve');
  expect(desk.store.getState().toast?.text).toBe('Not decided: somebody has, or its time is over.');
});

it('one whose time is over can be decided no more', async () => {
  await setUp([requested({ expiresAt: Date.now() - 1 })]);
  expect(card()?.textContent).toContain('Nobody has decided in time');
  expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
});

it('what was decided stands in the thread, with who decided', async () => {
  const approval = requested().id;
  await setUp([
    requested(),
    event({ seq: 3, by: 'jonas' }, 'approval.decided', { approval, outcome: 'rejected' }),
  ]);
  expect(card()).toBeNull();
  expect(document.body.textContent).toContain('Helper asked to call issue_refund');
  expect(document.body.textContent).toContain('The call was rejected by Jonas Weber');
});

it('[AI-17] an argument that is markup or an address is text', async () => {
  await setUp([requested({ arguments: '{"note":"<img src=x> https://evil.example"}' })]);
  expect(card()?.querySelector('img, a')).toBeNull();
  expect(card()?.textContent).toContain('<img src=x> https://evil.example');
});
