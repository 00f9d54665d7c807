import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { board, id, JONAS, ME, NOW, queue, refusal, testDesk } from '../../../test/desk.ts';
import { commandFor } from '../../store/commands.ts';
import { DeskProvider } from '../../store/context.ts';
import { Colleagues } from './Colleagues.tsx';
import { StatusSwitch } from './StatusSwitch.tsx';

afterEach(cleanup);

type Status = 'available' | 'away';
const receipt = { id: id(1), conversation: null, seq: null, pub: null, time: NOW };

async function setUp(options: Parameters<typeof testDesk>[0] = {}) {
  const test = testDesk({
    answers: { 'status:set': () => ({ ok: true, data: receipt }) },
    api: { board: async () => ({ ok: true, data: board({ queues: [queue('general')] }) }) },
    ...options,
  });
  await test.online();
  const tell = async (mine: Status, theirs: Status = 'available') => {
    test.say('ephemeral', {
      kind: 'agents',
      online: [
        { id: ME.id, name: ME.name, status: mine },
        { id: JONAS.id, name: JONAS.name, status: theirs },
      ],
    });
    await test.settle();
  };
  await tell('available');
  render(
    <DeskProvider value={test.desk}>
      <StatusSwitch />
      <Colleagues />
    </DeskProvider>,
  );
  return { ...test, tell };
}

const knob = () => screen.getByRole<HTMLButtonElement>('switch');
const isOn = () => knob().getAttribute('aria-checked') === 'true';

it('says whether one is available, and asks the relay to change it', async () => {
  const test = await setUp();
  expect(isOn()).toBe(true);
  fireEvent.click(knob());
  await vi.waitFor(() => expect(knob().textContent).toBe('Away'));
  expect(test.sent.at(-1)).toMatchObject({ name: 'status:set', input: { status: 'away' } });
  await test.tell('away');
  expect(isOn()).toBe(false);
  expect(test.desk.store.getState().toast).toBeNull();
  commandFor('Shift+a', test.desk.store.getState())?.run(test.desk);
  expect(test.sent.at(-1)).toMatchObject({ name: 'status:set', input: { status: 'available' } });
});

it('goes back where the relay refuses, and says why', async () => {
  const test = await setUp({ answers: { 'status:set': () => refusal('forbidden') } });
  fireEvent.click(knob());
  await test.settle();
  await vi.waitFor(() => expect(isOn()).toBe(true));
  expect(test.desk.store.getState().toast?.text).toMatch(/^Not done/);
});

it('whoever is set to away by the relay is told, with the way back', async () => {
  const test = await setUp();
  await test.tell('away');
  const { toast } = test.desk.store.getState();
  expect(toast?.text).toContain('You are away now');
  toast?.action?.run();
  expect(test.sent.at(-1)).toMatchObject({ name: 'status:set', input: { status: 'available' } });
});

it('without a connection nobody is available', async () => {
  const test = await setUp();
  test.status('reconnecting');
  await vi.waitFor(() => expect(knob().disabled).toBe(true));
  expect(knob().textContent).toBe('No connection');
});

it('colleagues are there with what they chose', async () => {
  const test = await setUp();
  await test.tell('available', 'away');
  await vi.waitFor(() => expect(screen.getByText('Jonas Weber (away)')).toBeTruthy());
});
