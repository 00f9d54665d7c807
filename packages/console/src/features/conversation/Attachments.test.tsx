import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { Attachments } from './Attachments.tsx';

afterEach(cleanup);

it('a link that was asked for and lost is asked for again on a click, and says how it stands', async () => {
  const test = testDesk();
  await test.online();
  const links = vi.spyOn(test.desk.files, 'links').mockResolvedValue({});
  render(
    <DeskProvider value={test.desk}>
      <Attachments files={[{ id: 'f1', name: 'bill.pdf', type: 'application/pdf', bytes: 1000 }]} />
    </DeskProvider>,
  );
  const link = screen.getByRole<HTMLAnchorElement>('link');
  await vi.waitFor(() => expect(links).toHaveBeenCalledOnce());
  fireEvent.click(link);
  await screen.findByText('Fetching the file…');
  await screen.findByText('The file could not be fetched. Try again.');
  expect(links).toHaveBeenCalledTimes(2);

  const opened = vi.fn((event: Event) => event.preventDefault());
  const there = { f1: { url: '/v1/files/f1?s=x', expiresAt: Date.now() + 60_000 } };
  links.mockResolvedValue(there);
  fireEvent.click(link);
  document.addEventListener('click', opened);
  await vi.waitFor(() => expect(opened).toHaveBeenCalledOnce());
  document.removeEventListener('click', opened);
  expect(link.getAttribute('href')).toBe('/v1/files/f1?s=x');
  expect(screen.getByRole('status').textContent).toBe('');
});
