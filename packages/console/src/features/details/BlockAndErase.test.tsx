import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { problem } from '@throughline/shared';
import { afterEach, expect, it, vi } from 'vitest';
import { id, ME, row, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import type { Api, Request } from '../../api.ts';
import { DeskProvider } from '../../store/context.ts';
import { Details } from './Details.tsx';

knowDialogs();
afterEach(cleanup);

const CONTACT = id(0x1001);

/** A conversation beside its details, at a relay that blocks and erases, or refuses to. */
async function open({ isRefused = false, me = ME }: { isRefused?: boolean; me?: object } = {}) {
  const contact = { ...row(1).contact, name: 'Grace', blocked: false };
  const asked: string[] = [];
  const ask = vi.fn(async ({ method, path }: Request) => {
    asked.push(`${method} ${path}`);
    if (isRefused) return { ok: false, error: problem('storage_unavailable') };
    contact.blocked = path.endsWith('/block');
    return { ok: true, data: null };
  }) as unknown as Api['ask'];
  const test = testDesk({
    rows: [row(1, { contact })],
    route: { conversation: id(1) },
    api: { ask, session: async () => ({ ok: true, data: { agent: me, csrf: 'c' } }) as never },
  });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Details />
    </DeskProvider>,
  );
  const click = async (name: string) => {
    fireEvent.click(screen.getByRole('button', { name }));
    await test.settle();
    await test.settle();
  };
  return { test, asked, click, toast: () => test.desk.store.getState().toast };
}

it('[P30] blocks after a question, says so beside the visitor’s name, and unblocks', async () => {
  const { asked, click } = await open();
  expect(screen.queryByText('Blocked.')).toBeNull();
  await click('Block this visitor');
  expect(screen.getByRole('dialog').textContent).toContain('Block Grace?');
  expect(asked).toEqual([]);
  await click('Block');
  expect(asked).toEqual([`POST /v1/contacts/${CONTACT}/block`]);
  expect(screen.getByText('Blocked.')).not.toBeNull();
  expect(screen.queryByRole('button', { name: 'Block this visitor' })).toBeNull();
  await click('Unblock');
  expect(asked.at(-1)).toBe(`POST /v1/contacts/${CONTACT}/unblock`);
  expect(screen.getByRole('button', { name: 'Block this visitor' })).not.toBeNull();
});

it('asks nothing of the relay where the question is answered with no', async () => {
  const { asked, click } = await open();
  await click('Block this visitor');
  await click('Cancel');
  expect(asked).toEqual([]);
});

it('what was done is undone at once', async () => {
  const { asked, click, toast, test } = await open();
  await click('Block this visitor');
  await click('Block');
  expect(toast()).toMatchObject({ text: 'Grace is blocked.', action: { label: 'Undo' } });
  toast()?.action?.run();
  await test.settle();
  expect(asked.at(-1)).toBe(`POST /v1/contacts/${CONTACT}/unblock`);
});

it('a refusal is said, and nobody is shown as blocked', async () => {
  const { click, toast } = await open({ isRefused: true });
  await click('Block this visitor');
  await click('Block');
  expect(toast()?.text).toMatch(/^Not done: /);
  expect(screen.queryByText('Blocked.')).toBeNull();
});

it('[PR-06] erases for good, after a question that says what goes', async () => {
  const { asked, click, toast } = await open();
  await click('Erase this visitor');
  const { textContent } = screen.getByRole('dialog');
  for (const words of ['Erase Grace?', 'your answers and notes', 'Nobody can bring it back'])
    expect(textContent).toContain(words);
  expect(asked).toEqual([]);
  await click('Erase for good');
  expect(asked).toEqual([`POST /v1/contacts/${CONTACT}/erase`]);
  expect(toast()).toMatchObject({ text: 'Grace is erased.' });
  expect(toast()?.action).toBeNull();
});

it('[PR-06] a refusal to erase is said', async () => {
  const { click, toast } = await open({ isRefused: true });
  await click('Erase this visitor');
  await click('Erase for good');
  expect(toast()?.text).toMatch(/^Not done: /);
});

it('[PR-06] agents are not offered to erase', async () => {
  await open({ me: { ...ME, role: 'agent' } });
  expect(screen.queryByRole('button', { name: 'Erase this visitor' })).toBeNull();
  expect(screen.getByRole('button', { name: 'Block this visitor' })).not.toBeNull();
});
