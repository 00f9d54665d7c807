import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { problem } from '@throughline/shared';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import type { Request } from '../../api.ts';
import { DeskProvider } from '../../store/context.ts';
import { Routing } from './Routing.tsx';

afterEach(cleanup);
beforeAll(knowDialogs);
vi.setConfig({ testTimeout: 30_000 });

const leads = { queues: [{ id: 'leads', name: 'Leads' }], route: { queue: 'leads' } };

const rehearsed = {
  ...{ count: 5, since: 0, past: { decided: 4, same: 3 }, elsewhere: 1, tookMs: 12 },
  queues: [{ queue: 'leads', before: 5, after: 4 }],
  rules: [{ path: 'route', count: 5 }],
  conversations: [
    {
      ...{ conversation: 'c', at: 0, from: 'leads', to: 'general', path: 'route' },
      reasons: ['no other rule matches'],
    },
  ],
};

type Asked = Request & { body?: { routing?: unknown; view?: unknown } };

/** A relay with a routing; what says `bad` somewhere is found fault with. */
async function setUp(first: unknown = leads) {
  const relay = { routing: first, version: 1, published: [] as unknown[], tried: [] as unknown[] };
  const tagged = () => ({
    ...{ ok: true, data: { routing: relay.routing }, etag: `"${relay.version}"` },
  });
  const versions = [2, 1].map((version) => ({ version, publishedAt: 0, by: 'throughline' }));
  const ask = vi.fn(async ({ method, path, body, ifMatch }: Asked) => {
    if (path.endsWith('/check')) {
      const isBad = JSON.stringify(body?.routing).includes('bad');
      const finding = {
        path: '/routing/route/queue',
        code: 'unknown_queue',
        message: 'No such queue.',
      };
      return { ok: true, data: { findings: isBad ? [finding] : [] } };
    }
    if (path.endsWith('/try')) {
      relay.tried.push(body);
      const placement = { queue: 'leads', base: 0, rate: 1, need: {}, path: 'route' };
      return { ok: true, data: { ...placement, reasons: ['no other rule matches'] } };
    }
    if (path.endsWith('/rehearse')) {
      relay.tried.push(body);
      return { ok: true, data: rehearsed };
    }
    if (path.includes('/versions?')) return { ok: true, data: { data: versions, next: null } };
    if (path.endsWith('/restore')) {
      relay.version += 1;
      relay.routing = { queues: [], route: { queue: path } };
      return tagged();
    }
    if (method === 'PUT') {
      if (ifMatch !== `"${relay.version}"`)
        return { ok: false, error: problem('changed_meanwhile') };
      relay.version += 1;
      relay.routing = body?.routing;
      relay.published.push(body?.routing);
    }
    return tagged();
  });
  const test = testDesk({ api: { ask: ask as never } });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Routing />
    </DeskProvider>,
  );
  /** Somebody else publishes. */
  const change = (routing: unknown) => {
    relay.routing = routing;
    relay.version += 1;
  };
  return { ...test, relay, change };
}

const field = () => screen.findByLabelText<HTMLTextAreaElement>('Routing, as YAML or JSON');
const write = async (text: string) => fireEvent.input(await field(), { target: { value: text } });
const publishButton = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Publish' });
async function publish(): Promise<void> {
  await vi.waitFor(() => expect(publishButton().disabled).toBe(false), 5000);
  fireEvent.click(publishButton());
  const dialog = within(await screen.findByRole('dialog'));
  fireEvent.click(dialog.getByRole('button', { name: /^(Publish|End routing)$/ }));
}
const state = () => document.getElementById('routing-state')?.textContent;

describe('the routing page', () => {
  it('shows what is in force, and publishes what was changed once it was confirmed', async () => {
    const test = await setUp();
    expect((await field()).value).toContain('    - { id: leads, name: Leads }');
    await vi.waitFor(() => expect(state()).toBe('In force'), 5000);
    expect(publishButton().disabled).toBe(true);
    await write('routing: { queues: [], route: { queue: general } }');
    await publish();
    await vi.waitFor(() =>
      expect(test.relay.published).toEqual([{ queues: [], route: { queue: 'general' } }]),
    );
    await vi.waitFor(() => expect(state()).toBe('In force'), 5000);
  });

  it('says what is wrong in which line, leads there, and lets nobody publish it', async () => {
    await setUp();
    await write('routing:\n  route:\n    queue: bad\n');
    const button = await screen.findByRole('button', { name: /Line 3.*No such queue/ });
    expect(state()).toBe('1 problem to solve first');
    expect(publishButton().disabled).toBe(true);
    expect(document.querySelector('.is-marked')?.textContent).toBe('3');
    fireEvent.click(button);
    const area = await field();
    const { selectionStart, selectionEnd, value } = area;
    expect(value.slice(selectionStart, selectionEnd)).toBe('    queue: bad');
    expect(document.activeElement).toBe(area);
  });

  it('says what cannot be read at all, without asking the relay', async () => {
    await setUp();
    await write('routing: [');
    expect(await screen.findByRole('button', { name: /Line 1/ })).toBeTruthy();
  });

  it('a conflict is told; theirs can be shown instead', async () => {
    const test = await setUp();
    await write('routing: { queues: [], route: { queue: mine } }');
    test.change({ queues: [], route: { queue: 'theirs' } });
    await publish();
    expect(await screen.findByRole('alert')).toBeTruthy();
    expect(test.relay.published).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Show theirs instead' }));
    await vi.waitFor(async () => expect((await field()).value).toContain('queue: theirs'));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('or one’s own be published over it', async () => {
    const test = await setUp();
    await write('routing: { queues: [], route: { queue: mine } }');
    test.change({ queues: [], route: { queue: 'theirs' } });
    await publish();
    fireEvent.click(await screen.findByRole('button', { name: 'Publish mine over it' }));
    await vi.waitFor(() =>
      expect(test.relay.published).toEqual([{ queues: [], route: { queue: 'mine' } }]),
    );
  });

  it('begins with an example for the whole team, and ends where the text is emptied', async () => {
    const test = await setUp(null);
    fireEvent.click(await screen.findByRole('button', { name: 'Begin with an example' }));
    expect((await field()).value).toContain('ada@x.example');
    expect((await field()).value).toContain('j@x.example');
    await publish();
    await vi.waitFor(() => expect(test.relay.published).toHaveLength(1));
    await write('');
    await publish();
    await vi.waitFor(() => expect(test.relay.published.at(-1)).toBeNull());
  });
});

it('the test bench tries what stands in the editor, and says why', async () => {
  const test = await setUp();
  await write('routing: { queues: [], route: { queue: draft } }');
  fireEvent.click(screen.getByLabelText('Try it'));
  fireEvent.input(await screen.findByLabelText('Page'), { target: { value: '/pricing' } });
  fireEvent.click(screen.getByRole('button', { name: 'Where would it wait?' }));
  expect(await screen.findByText('No other rule matches')).toBeTruthy();
  expect(test.relay.tried).toEqual([
    {
      view: { page: { path: '/pricing' } },
      routing: { queues: [], route: { queue: 'draft' } },
    },
  ]);
  expect(screen.getByRole('button', { name: 'Decided in line 1' })).toBeTruthy();
});

it('an old version is restored after a question, and stands in the editor then', async () => {
  await setUp();
  await field();
  fireEvent.click(screen.getByLabelText('History'));
  fireEvent.click(await screen.findByRole('button', { name: 'Restore' }));
  fireEvent.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Restore' }),
  );
  await vi.waitFor(async () => expect((await field()).value).toContain('versions/1/restore'));
});

describe('what is written', () => {
  const again = async (desk: Awaited<ReturnType<typeof setUp>>['desk']) => {
    cleanup();
    render(
      <DeskProvider value={desk}>
        <Routing />
      </DeskProvider>,
    );
    await screen.findByText(/kept in this browser/);
  };

  it('is not lost on leaving, and says where it is kept', async () => {
    const { desk, kept } = await setUp();
    await write('routing: { route: { queue: mine } }');
    await again(desk);
    expect((await field()).value).toBe('routing: { route: { queue: mine } }');
    await publish();
    await vi.waitFor(() => expect(screen.queryByText(/kept in this browser/)).toBeNull());
    expect([...kept.keys()].filter((key) => key.includes('routing'))).toEqual([]);
  });

  it('is still held against the version it was written over', async () => {
    const { desk, change } = await setUp();
    await write('routing: { route: { queue: mine } }');
    change({ queues: [], route: { queue: 'theirs' } });
    await again(desk);
    await publish();
    await screen.findByText(/somebody published another routing/);
  });

  it('is discarded once one has said so twice', async () => {
    const { desk } = await setUp();
    await write('routing: { route: { queue: mine } }');
    await again(desk);
    fireEvent.click(screen.getByRole('button', { name: 'Discard' }));
    const dialog = within(await screen.findByRole('dialog'));
    fireEvent.click(dialog.getByRole('button', { name: 'Discard' }));
    await vi.waitFor(async () => expect((await field()).value).toContain('leads'));
    expect(screen.queryByText(/kept in this browser/)).toBeNull();
  });
});

it('a rehearsal says what would have gone elsewhere, and whether the past can be trusted', async () => {
  const { relay } = await setUp();
  await write('routing: { route: { queue: general } }');
  fireEvent.click(screen.getByLabelText('Rehearse'));
  const start = await screen.findByRole<HTMLButtonElement>('button', { name: 'Rehearse' });
  await vi.waitFor(() => expect(start.disabled).toBe(false), 5000);
  fireEvent.click(start);
  await screen.findByText('1 of 5');
  expect(relay.tried).toEqual([{ routing: { route: { queue: 'general' } } }]);
  expect(screen.getByText(/places only 3 of the 4/)).toBeTruthy();
  expect(screen.getByRole('row', { name: 'leads 5 4' })).toBeTruthy();
  const moved = screen.getByRole('listitem');
  expect(moved.textContent).toMatch(/: leads → general No other rule matches line 1$/);
});
