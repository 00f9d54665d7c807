import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { id, list, row, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { SearchField } from './SearchField.tsx';

// What effects leave behind is taken away a frame later, unless one waits for it.
afterEach(() => act(cleanup));

async function setUp() {
  const test = testDesk({ rows: [row(1), row(2), row(3)] });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <SearchField />
    </DeskProvider>,
  );
  const field = screen.getByRole<HTMLInputElement>('textbox');
  field.focus();
  return {
    ...test,
    field,
    isOpen: () => test.desk.store.getState().route.conversation,
    async type(value: string) {
      fireEvent.input(field, { target: { value } });
      await act(test.settle);
    },
    async enter() {
      fireEvent.keyDown(field, { key: 'Enter' });
      await act(test.settle);
    },
  };
}

it('opens the first hit with Enter, as soon as it is there', async () => {
  const test = await setUp();
  let answer: (value: never) => void = () => {};
  vi.mocked(test.api.list).mockReturnValueOnce(
    new Promise((done) => {
      answer = done as typeof answer;
    }),
  );
  await test.type('hello');
  await test.enter();
  expect(test.isOpen()).toBeNull();
  answer({ ok: true, data: list([row(3), row(1)]) } as never);
  await act(test.settle);
  expect(test.isOpen()).toBe(id(3));
  expect(document.activeElement).toBe(document.body);
});

it('opens nothing when nothing is found, nor what one no longer looks for', async () => {
  const test = await setUp();
  vi.mocked(test.api.list).mockResolvedValueOnce({ ok: true, data: list([]) });
  await test.type('nothing');
  await test.enter();
  await test.type('hello');
  await act(() => new Promise<void>((done) => setTimeout(done, 300)));
  expect(test.desk.store.getState().search).toMatchObject({ query: 'hello', phase: 'ready' });
  expect(test.isOpen()).toBeNull();
});
