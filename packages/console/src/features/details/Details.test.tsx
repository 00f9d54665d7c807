import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { id, row, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { Details } from './Details.tsx';

afterEach(cleanup);

it.each([
  ['what a page claimed is marked', false],
  ['what a business proved is not', true],
])('[ID-05] %s', async (_what, verified) => {
  const claimed = { ...row(1).contact, email: 'grace@example.com', externalId: 'C-17', verified };
  const test = testDesk({
    rows: [row(1, { contact: claimed })],
    route: { conversation: id(1) },
  });
  await test.online();
  const { container } = render(
    <DeskProvider value={test.desk}>
      <Details />
    </DeskProvider>,
  );
  expect(container.textContent).toContain('grace@example.com');
  expect(container.querySelector('.details-remark')?.textContent ?? '').toBe(
    verified ? '' : 'As told by the page, not verified.',
  );
});

it('[MD-14] a name that turns the line, or plays a colleague, stands isolated wherever it is', async () => {
  const name = '\u202eSupport Agent ✔';
  const contact = { ...row(1).contact, name };
  const test = testDesk({ rows: [row(1, { contact })], route: { conversation: id(1) } });
  await test.online();
  const { container } = render(
    <DeskProvider value={test.desk}>
      <Details />
    </DeskProvider>,
  );
  const leaves = [...container.querySelectorAll('*')].filter(
    (it) => it.children.length === 0 && it.textContent?.includes('Support Agent'),
  );
  expect(leaves.length).toBeGreaterThan(0);
  for (const it of leaves) expect(it.closest('bdi'), it.outerHTML).not.toBeNull();
});

it('what its visitor owes is taken back by hand, and what the business owes is not', async () => {
  const pledge = { id: id(7), what: 'payment', owner: 'visitor', dueAt: Date.now() + 1e6 } as const;
  const owed = {
    id: id(8),
    what: 'call_back',
    owner: 'business',
    dueAt: Date.now() + 1e6,
  } as const;
  const test = testDesk({
    rows: [row(1, { promises: [pledge, owed] })],
    route: { conversation: id(1) },
  });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Details />
    </DeskProvider>,
  );
  const withdraw = screen.getAllByRole('button', { name: /^Withdraw/ });
  expect(withdraw).toHaveLength(1);
  for (const button of withdraw) fireEvent.click(button);
  await test.settle();
  expect(test.sent.at(-1)).toMatchObject({
    ...{ name: 'promise:withdraw', input: { conversation: id(1), promise: id(7) } },
  });
});
