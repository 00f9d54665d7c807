import { cleanup, render } from '@testing-library/preact';
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
