import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { board, id, JONAS, ME, queue, refusal, row, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import { DeskProvider } from '../../store/context.ts';
import { AssignPicker } from './AssignPicker.tsx';

afterEach(cleanup);
beforeAll(knowDialogs);

const seats = board({
  queues: [queue('support', { waiting: 3 }), queue('billing')],
  agents: [{ id: JONAS.id, status: 'available', load: 2, capacity: 5 }],
});

async function setUp(answers = {}) {
  const test = testDesk({
    ...{ rows: [row(1)], route: { conversation: id(1) }, answers },
    api: { board: async () => ({ ok: true, data: seats }) },
  });
  await test.online();
  const { id: who, name } = JONAS;
  test.say('ephemeral', { kind: 'agents', online: [{ id: who, name, status: 'away' }] });
  render(
    <DeskProvider value={test.desk}>
      <AssignPicker />
    </DeskProvider>,
  );
  await test.settle();
  return test;
}

it('says of colleagues whether they take conversations, and how many they have', async () => {
  await setUp();
  await vi.waitFor(() =>
    expect(screen.getByRole('option', { name: /Jonas/ }).textContent).toContain('Away · 2 of 5'),
  );
});

it.each([
  [ME.id, 'Not taken: you have as many conversations as you may. Resolve or pass on one first.'],
  [JONAS.id, 'Not assigned: Jonas Weber can take no more at the moment. Choose somebody else.'],
])('no room is told in words about whom it concerns (%s)', async (agent, sentence) => {
  const test = await setUp({ 'conversation:assign': () => refusal('at_capacity') });
  test.desk.outgoing.assign(agent);
  await test.settle();
  expect(test.desk.store.getState().toast?.text).toBe(sentence);
});

it('moves it to a queue with a note, good for the owner one sees, and says so', async () => {
  const test = await setUp({
    'conversation:transfer': () => ({
      ok: true,
      data: { id: id(9), conversation: id(1), seq: 3, pub: null, time: 0 },
    }),
  });
  const support = await screen.findByRole('option', { name: /Support/ });
  expect(support.textContent).toContain('3 waiting');
  fireEvent.click(screen.getByRole('option', { name: /Billing/ }));
  fireEvent.input(await screen.findByLabelText('Note for whoever takes it'), {
    target: { value: ' Wants a refund. ' },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Move' }));
  await test.settle();
  expect(test.sent.at(-1)).toMatchObject({
    ...{ name: 'conversation:transfer' },
    input: { conversation: id(1), queue: 'billing', note: 'Wants a refund.', expectedEpoch: 0 },
  });
  expect(test.desk.store.getState().toast?.text).toBe('Moved to Billing.');
});

it('a queue that is gone, and a change of hands meanwhile, are told as such', async () => {
  const test = await setUp({ 'conversation:transfer': () => refusal('not_found') });
  test.desk.outgoing.move('billing');
  await test.settle();
  expect(test.desk.store.getState().toast?.text).toBe(
    'Not moved: there is no such queue any more.',
  );
  test.answers['conversation:transfer'] = () => refusal('epoch_conflict');
  test.desk.outgoing.move('billing');
  await test.settle();
  await test.settle();
  expect(test.desk.store.getState().toast?.text).toMatch(/^Not moved: the conversation changed/);
});

it('one that waits in a queue is given to somebody without being opened', async () => {
  const test = await setUp();
  const passed = { id: id(4), epoch: 3, assignee: null, queue: 'support', status: 'open' } as const;
  test.desk.preferences.pass(passed);
  await test.settle();
  fireEvent.click(screen.getByRole('option', { name: /Jonas/ }));
  await test.settle();
  expect(test.sent.at(-1)).toMatchObject({
    ...{ name: 'conversation:assign' },
    input: { conversation: id(4), assignee: JONAS.id, expectedEpoch: 3 },
  });
  expect(test.desk.store.getState()).toMatchObject({ overlay: null, passed: null });
});
