import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { id, row, type TestDesk, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import { DeskProvider } from '../../store/context.ts';
import { Composer } from './Composer.tsx';

afterEach(cleanup);

async function setUp(): Promise<TestDesk> {
  const test = testDesk({ rows: [row(1)], route: { conversation: id(1) } });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Composer conversation={id(1)} />
    </DeskProvider>,
  );
  return test;
}

const field = () => screen.getByRole<HTMLTextAreaElement>('textbox');
const write = (value: string) => fireEvent.input(field(), { target: { value } });
const said = ({ sent }: TestDesk) =>
  sent.filter(({ name }) => name === 'message:send' || name === 'note:add');

it('sends a reply with Enter, and is empty again', async () => {
  const test = await setUp();
  write('hello ');
  fireEvent.keyDown(field(), { key: 'Enter' });
  await test.settle();
  expect(said(test)).toMatchObject([{ name: 'message:send', input: { text: 'hello' } }]);
  expect(field().value).toBe('');
});

it('begins a new line with Shift, and leaves an input method alone', async () => {
  const test = await setUp();
  write('hello');
  fireEvent.keyDown(field(), { key: 'Enter', shiftKey: true });
  fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
  fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 });
  expect(said(test)).toEqual([]);
});

it('sends only with Ctrl or ⌘ when one prefers that', async () => {
  const test = await setUp();
  test.desk.preferences.set({ enterSends: false });
  await test.settle();
  write('hello');
  fireEvent.keyDown(field(), { key: 'Enter' });
  expect(said(test)).toEqual([]);
  fireEvent.keyDown(field(), { key: 'Enter', metaKey: true });
  expect(said(test)).toHaveLength(1);
});

it('makes a note look, sound and send unlike a reply', async () => {
  const test = await setUp();
  expect(screen.getByRole('button', { name: 'Send reply' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Note' }));
  await test.settle();
  expect(screen.getByRole('textbox', { name: 'Note for the team' })).toBeTruthy();
  expect(screen.getByText('Only your team sees this')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Send reply' })).toBeNull();
  expect(document.querySelector('form')?.className).toContain('composer-note');
  write('between us');
  fireEvent.click(screen.getByRole('button', { name: 'Add note' }));
  await test.settle();
  expect(said(test)).toMatchObject([{ name: 'note:add', input: { text: 'between us' } }]);
});

it('keeps reply and note apart', async () => {
  const test = await setUp();
  write('for the visitor');
  fireEvent.click(screen.getByRole('button', { name: 'Note' }));
  await test.settle();
  expect(field().value).toBe('');
  write('for us');
  fireEvent.click(screen.getByRole('button', { name: 'Reply' }));
  await test.settle();
  expect(field().value).toBe('for the visitor');
});

it('resolves behind the message with Ctrl Shift Enter, in that order', async () => {
  const test = await setUp();
  test.answers['message:send'] = ({ id, conversation }: { id: string; conversation: string }) => ({
    ok: true,
    data: { id, conversation, seq: 1, pub: 1, time: 0 },
  });
  write('done');
  fireEvent.keyDown(field(), { key: 'Enter', ctrlKey: true, shiftKey: true });
  await test.settle();
  const names = test.sent.map(({ name }) => name);
  expect(names.indexOf('message:send')).toBeLessThan(names.indexOf('conversation:resolve'));
});

it('sends neither nothing nor too much, and says how much too much', async () => {
  const test = await setUp();
  write('   ');
  fireEvent.keyDown(field(), { key: 'Enter' });
  write('x'.repeat(10_007));
  await test.settle();
  expect(screen.getByText('7 characters too many')).toBeTruthy();
  fireEvent.keyDown(field(), { key: 'Enter' });
  expect(said(test)).toEqual([]);
});

it('puts a payment request together, shows it, says what is missing, and sends it once', async () => {
  knowDialogs();
  const test = await setUp();
  HTMLElement.prototype.hidePopover = () => {};
  write('Here it is:');
  fireEvent.click(screen.getByRole('button', { name: 'Payment request', hidden: true }));
  const amount = await screen.findByLabelText('Amount');
  const put = (label: string, value: string) =>
    fireEvent.input(screen.getByLabelText(label), { target: { value } });
  fireEvent.click(screen.getByRole('button', { name: 'Send' }));
  expect(screen.getByRole('alert').textContent).toBe('Write the amount, like 49.90.');
  expect(said(test)).toEqual([]);
  fireEvent.input(amount, { target: { value: '49.90' } });
  put('Page where it is paid', 'https://pay.example/1');
  expect(screen.getByLabelText('As the visitor gets it').textContent).toContain('€49.90');
  fireEvent.click(screen.getByRole('button', { name: 'Send' }));
  await test.settle();
  expect(said(test)).toMatchObject([
    {
      name: 'message:send',
      input: { text: 'Here it is:', block: { kind: 'payment', amount: 4990, currency: 'EUR' } },
    },
  ]);
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(field().value).toBe('');
});
