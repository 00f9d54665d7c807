import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { id, row, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import { DeskProvider } from '../../store/context.ts';
import { TagsPicker } from './TagsPicker.tsx';

afterEach(cleanup);
beforeAll(knowDialogs);

async function setUp(tags: string[]) {
  const test = testDesk({
    rows: [row(1, { tags }), row(2, { tags: ['elsewhere'] })],
    route: { conversation: id(1) },
  });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <TagsPicker />
    </DeskProvider>,
  );
  const field = screen.getByRole('combobox');
  return {
    ...test,
    async type(value: string) {
      fireEvent.input(field, { target: { value } });
      await test.settle();
    },
    async enter() {
      fireEvent.keyDown(field, { key: 'Enter' });
      await test.settle();
    },
  };
}

const options = () => screen.queryAllByRole('option').map((option) => option.textContent);
const twenty = Array.from({ length: 20 }, (_, i) => `tag ${i}`);

it('creates what does not exist yet', async () => {
  const test = await setUp(['vip']);
  await test.type(' refund ');
  expect(options()).toEqual(['Create “refund”']);
  await test.enter();
  expect(test.sent.at(-1)?.input.tags).toEqual(['vip', 'refund']);
});

it('says when a tag is too long, rather than to cut it', async () => {
  const test = await setUp([]);
  await test.type('x'.repeat(40));
  expect(options()).toHaveLength(1);
  await test.type('x'.repeat(43));
  expect(options()).toEqual([]);
  expect(screen.getByText('A tag has 40 characters at most; this has 43.')).toBeTruthy();
});

it('offers no more tags than fit, and says so', async () => {
  const test = await setUp(twenty);
  expect(options()).toEqual(twenty);
  expect(screen.getByText(/20 tags are the most/)).toBeTruthy();
  await test.type('another');
  expect(options()).toEqual([]);
  expect(screen.getByText(/Take one off/)).toBeTruthy();
  await test.type('tag 7');
  await test.enter();
  expect(options()).toContain('elsewhere');
});
