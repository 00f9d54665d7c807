import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { Form as FormData } from '@throughline/shared/schema';
import { afterEach, expect, test, vi } from 'vitest';
import { english } from '../../i18n/languages.ts';
import { createViewStore } from '../../store/view.ts';
import { type Chat, ChatContext } from '../context.ts';
import { Form } from './form.tsx';

afterEach(cleanup);

const form: FormData = {
  fields: [
    { type: 'text', name: 'name', label: 'Name' },
    { type: 'email', name: 'email', label: 'E-mail' },
  ],
};

/** A form on a page that notes what it is told. */
function open(which: string) {
  const tell = vi.fn();
  const drafts = new Map<string, string>();
  const client = {
    draft: (key: string) => drafts.get(key) ?? '',
    setDraft: (key: string, text: string) => void drafts.set(key, text),
    getState: () => ({ contact: null }),
    subscribe: () => () => {},
  };
  const chat = { tell, client, view: createViewStore(english) } as unknown as Chat;
  const draw = () =>
    render(
      <ChatContext.Provider value={chat}>
        <Form form={form} draft={`form:${which}`} onSubmit={() => {}} />
      </ChatContext.Provider>,
    );
  const told = () => tell.mock.calls.map(([{ type, data }]) => ({ type, ...data }));
  return { draw, told };
}

const write = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(new RegExp(label)), { target: { value } });

test('a form is told of once, however often the panel is closed and opened', () => {
  const { draw, told } = open('m1');
  draw().unmount();
  draw();
  expect(told()).toEqual([{ type: 'form.shown', form: 'm1' }]);
});

test('one that was begun and left is told of, with the field that was last', async () => {
  const { draw, told } = open('m2');
  const { unmount } = draw();
  write('Name', 'Ada');
  write('E-mail', 'ada@');
  unmount();
  const left = { form: 'm2', lastField: 'email', elapsedMs: expect.any(Number) };
  // The end of an effect comes after the next frame.
  await vi.waitFor(() => expect(told().at(-1)).toEqual({ type: 'form.abandoned', ...left }));
});

test('one that was sent is not', async () => {
  const { draw, told } = open('m3');
  const { unmount } = draw();
  write('Name', 'Ada');
  fireEvent.submit(screen.getByRole('button', { name: 'Send' }).closest('form') as HTMLElement);
  unmount();
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  expect(told().map(({ type }) => type)).toEqual(['form.shown']);
});
