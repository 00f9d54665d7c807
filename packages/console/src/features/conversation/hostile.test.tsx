import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { AgentEvent, Block } from '@throughline/shared/schema';
import { afterEach, describe, expect, it, test } from 'vitest';
import { event, id, page, row, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import { DeskProvider } from '../../store/context.ts';
import { Thread } from './Thread.tsx';

afterEach(() => act(cleanup));

knowDialogs();

async function show(events: AgentEvent[]): Promise<Element> {
  const { desk, online } = testDesk({
    rows: [row(1)],
    route: { conversation: id(1) },
    answers: { 'conversation:resume': () => ({ ok: true, data: page(events) }) },
  });
  await online();
  const thread = desk.store.getState().threads[id(1)];
  if (!thread) throw new Error('unable to show the thread; it is not loaded');
  const { container } = render(
    <DeskProvider value={desk}>
      <Thread conversation={id(1)} thread={thread} />
    </DeskProvider>,
  );
  return container;
}

const EVIL = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a id=config name=config onclick=alert(1)>x</a>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '{{constructor.constructor("alert(1)")()}}',
];

const asked = event({ seq: 1, by: 'me' }, 'message.created', { text: 'Hello' });
const said = (text: string, more: object = {}): AgentEvent =>
  ({
    ...asked,
    actor: { kind: 'bot', id: id(0xb07), name: 'Bot' },
    data: { text, ...more },
  }) as AgentEvent;
const withBlock = (block: Block): AgentEvent[] => [said('Hello', { block })];
const answer = (type: AgentEvent['type'], data: object): AgentEvent =>
  ({
    ...event({ seq: 2, by: 'visitor' }, 'message.created', { text: '' }),
    type,
    data: { message: asked.id, ...data },
  }) as AgentEvent;
const form = (label: string): Block => ({
  kind: 'form',
  form: { title: label, fields: [{ type: 'text', name: 'a', label }] },
});

/** Every place a stranger's words can stand in. */
const places: Record<string, (evil: string) => AgentEvent[]> = {
  'a visitor’s message': (evil) => [
    event({ seq: 1, by: 'visitor' }, 'message.created', { text: evil }),
  ],
  'a program’s message': (evil) => [said(evil)],
  'a program’s message with marks': (evil) => [said(`**bold**\n\n- ${evil}`)],
  'a reply': (evil) => withBlock({ kind: 'replies', options: [{ action: 'a', label: evil }] }),
  'a card': (evil) => withBlock({ kind: 'cards', cards: [{ title: 'x', text: evil }] }),
  'a form': (evil) => withBlock(form(evil)),
  'a form’s answer': (evil) => [
    ...withBlock(form('A')),
    answer('form.submitted', { values: { a: evil } }),
  ],
  'a payment': (evil) =>
    withBlock({
      kind: 'payment',
      title: 'x',
      reference: evil,
      amount: 100,
      currency: 'EUR',
      url: 'https://x.example/',
    }),
  'a rating’s comment': (evil) => [
    ...withBlock({ kind: 'rating', scale: 'csat', comment: true }),
    answer('survey.submitted', { scale: 'csat', score: 5, comment: evil, agent: null }),
  ],
};

describe.each(Object.entries(places))('[MD-01] [MD-07] [MD-08] [MD-09] [MD-19] %s', (_, make) => {
  it.each(EVIL)('%s', async (evil) => {
    const container = await show(make(evil));
    expect(container.textContent).toContain(evil);
    for (const element of container.querySelectorAll('.bubble *, .block *')) {
      expect(element.localName).toMatch(/^(div|p|b|i|ul|ol|li|bdi|dl|dt|dd|a|span|code|pre)$/);
      for (const { name } of element.attributes)
        expect(name).not.toMatch(/^(on|style|srcdoc|id|name)/);
    }
  });
});

/** Its marks turn what stands beside it, unless its element holds them. */
const TURNED = '\u202Eevil\u2066\u200B';

function expectHeld(container: Element): void {
  const texts = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  let found = 0;
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode as Text;
    if (!data.includes('evil')) continue;
    found++;
    expect(parentElement?.closest('bdi, [dir="auto"]')?.outerHTML, data).toBeDefined();
  }
  expect(found).toBeGreaterThan(0);
}

test.each(Object.entries(places))(
  '[EV-10] what turns text is held where it is drawn: %s',
  async (_, make) => {
    expectHeld(await show(make(TURNED)));
  },
);

test('[MD-04] a link whose words name another place asks first; another one does not', async () => {
  await show([
    said('[https://bank.example](https://evil.example/x) [terms](https://shop.example/t)'),
  ]);
  const [evil, good] = screen.getAllByRole('link');
  expect(evil?.textContent).toBe('https://bank.example (evil.example)');
  expect(fireEvent.click(evil as HTMLElement)).toBe(false);
  expect(await screen.findByText(/It leads to https:\/\/evil\.example\/x/)).toBeTruthy();
  expect(good?.getAttribute('rel')).toBe('noopener noreferrer nofollow');
  expect(good?.hasAttribute('data-pretends')).toBe(false);
});
