import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, expect, it, vi } from 'vitest';
import { TypesField, withFamilies } from './TypesField.tsx';

afterEach(cleanup);

const catalogue = ['message.created', 'message.deleted', 'note.created'].map((name) => ({
  name,
  about: `About ${name}`,
}));

function setUp(begin: string[] = []) {
  const changed = vi.fn();
  function Held() {
    const [patterns, setPatterns] = useState(begin);
    return (
      <TypesField
        label="Types"
        patterns={patterns}
        suggestions={withFamilies(catalogue)}
        onChange={(next) => {
          changed(next);
          setPatterns(next);
        }}
      />
    );
  }
  render(<Held />);
  return { changed };
}

const field = () => screen.getByRole<HTMLInputElement>('combobox');
const options = () =>
  screen.queryAllByRole('option').map((option) => option.firstElementChild?.textContent);
const type = (value: string) => fireEvent.input(field(), { target: { value } });
const press = (key: string) => fireEvent.keyDown(field(), { key });

it('offers each family before its members', async () => {
  setUp();
  fireEvent.click(field());
  await screen.findAllByRole('option');
  expect(options()).toEqual([
    'message.*',
    'message.created',
    'message.deleted',
    'note.*',
    'note.created',
  ]);
});

it('narrows while one types, and Enter takes the first; the arrows another', async () => {
  const { changed } = setUp();
  type('del');
  await screen.findByRole('option', { name: /message.deleted/ });
  press('Enter');
  expect(changed).toHaveBeenLastCalledWith(['message.deleted']);
  type('created');
  await screen.findByRole('option', { name: /note.created/ });
  press('ArrowDown');
  await vi.waitFor(() =>
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('note.created'),
  );
  press('Enter');
  expect(changed).toHaveBeenLastCalledWith(['message.deleted', 'note.created']);
});

it('takes a beginning the catalogue has no name for, and never half a word', async () => {
  const { changed } = setUp();
  type('survey.*');
  await screen.findByRole('option', { name: /survey/ });
  press(',');
  expect(changed).toHaveBeenLastCalledWith(['survey.*']);
  type('mess');
  fireEvent.blur(field());
  expect(changed).toHaveBeenCalledTimes(1);
});

it('gives back what was chosen, by its cross or with Backspace', async () => {
  const { changed } = setUp(['message.*', 'note.*']);
  fireEvent.click(screen.getByRole('button', { name: 'Remove message.*' }));
  expect(changed).toHaveBeenLastCalledWith(['note.*']);
  await screen.findByRole('button', { name: 'Remove note.*' });
  press('Backspace');
  expect(changed).toHaveBeenLastCalledWith([]);
});
