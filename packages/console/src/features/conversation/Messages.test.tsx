import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { event, id, ME, page, row, type TestDesk, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { Thread } from './Thread.tsx';

// What effects leave behind is taken away a frame later, unless one waits for it.
afterEach(() => act(cleanup));

const said = event({ seq: 1, by: 'me' }, 'message.created', { text: 'hello' });

function show({ desk }: TestDesk): void {
  const thread = desk.store.getState().threads[id(1)];
  if (!thread) throw new Error('unable to show the thread; it is not loaded');
  render(
    <DeskProvider value={desk}>
      <Thread conversation={id(1)} thread={thread} />
    </DeskProvider>,
  );
}

/** A message of one's own, being changed. */
async function editing(): Promise<TestDesk> {
  const test = testDesk({
    rows: [row(1), row(2)],
    route: { conversation: id(1) },
    answers: { 'conversation:resume': () => ({ ok: true, data: page([said]) }) },
  });
  await test.online();
  show(test);
  fireEvent.click(screen.getByRole('button', { name: 'Edit message' }));
  await act(test.settle);
  return test;
}

const field = () => screen.queryByRole<HTMLTextAreaElement>('textbox', { name: 'Edit message' });
const button = () => screen.queryByRole('button', { name: 'Edit message' });
const write = async (test: TestDesk, value: string) => {
  fireEvent.input(field() as HTMLElement, { target: { value } });
  await act(test.settle);
};
const press = async (test: TestDesk, key: string) => {
  fireEvent.keyDown(field() as HTMLElement, { key });
  await act(test.settle);
};
const edits = ({ sent }: TestDesk) => sent.filter(({ name }) => name === 'message:edit');

it.each([
  ['', /delete the message instead/],
  [' \n ', /delete the message instead/],
  ['x'.repeat(10_003), /3 characters too many/],
])('keeps the field open when the text cannot be saved (%#)', async (text, hint) => {
  const test = await editing();
  await write(test, text);
  await press(test, 'Enter');
  expect(field()?.value).toBe(text);
  expect(screen.getByText(hint)).toBeTruthy();
  expect(edits(test)).toEqual([]);
});

it('saves with Enter, and gives the focus back to the button', async () => {
  const test = await editing();
  expect(document.activeElement).toBe(field());
  await write(test, 'hello, you');
  await press(test, 'Enter');
  expect(edits(test)).toMatchObject([{ input: { message: said.id, text: 'hello, you' } }]);
  expect(field()).toBeNull();
  expect(document.activeElement).toBe(button());
});

it('closes without a word to the relay when nothing was changed, or with Escape', async () => {
  const test = await editing();
  await press(test, 'Enter');
  expect(document.activeElement).toBe(button());
  fireEvent.click(button() as HTMLElement);
  await act(test.settle);
  await write(test, 'never mind');
  await press(test, 'Escape');
  expect(document.activeElement).toBe(button());
  expect(edits(test)).toEqual([]);
});

it('keeps what was begun while one looks at another conversation, and takes no focus for it', async () => {
  const test = await editing();
  await write(test, 'half a thought');
  cleanup();
  test.desk.go.open(id(2));
  test.desk.go.open(id(1));
  show(test);
  expect(field()?.value).toBe('half a thought');
  expect(document.activeElement).toBe(document.body);
});

it('says on one line that a message was changed and what became of it', async () => {
  const test = testDesk({
    rows: [row(1, { visitorRead: 1 })],
    route: { conversation: id(1) },
    answers: {
      'conversation:resume': () => ({
        ok: true,
        data: page([
          said,
          event({ seq: 2, by: 'me' }, 'message.updated', {
            message: said.id,
            text: `hi, ${ME.name}`,
          }),
        ]),
      }),
    },
  });
  await test.online();
  show(test);
  expect([...document.querySelectorAll('.fate')].map((line) => line.textContent)).toEqual([
    'Edited · Seen',
  ]);
});
