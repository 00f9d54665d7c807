import { cleanup, configure, fireEvent, render, screen, within } from '@testing-library/preact';
import type { Site } from '@throughline/shared/schema';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { refusal, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import type { Request } from '../../api.ts';
import { SHOWN } from '../../lib/showing.ts';
import { DeskProvider } from '../../store/context.ts';
import { rebase } from './merge.ts';
import { Sites } from './Sites.tsx';

afterEach(cleanup);
/** A long form takes its time to draw on a small machine. */
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });
beforeAll(knowDialogs);

const site = (more: Partial<Site> = {}): Site => ({
  key: 'shop',
  name: 'The Shop',
  origins: ['https://shop.example'],
  accent: '#3457d5',
  greeting: 'Hello',
  language: null,
  position: 'right',
  ...more,
});

/** A relay with one site; saving it is refused when its version is another. */
async function setUp(first: Site = site(), others: Site[] = []) {
  const relay = { site: first, version: 1, others };
  const saved: Site[] = [];
  const ask = vi.fn(async ({ method, path, body, ifMatch }: Request) => {
    if (path === '/v1/sites') return { ok: true, data: { data: [relay.site, ...relay.others] } };
    if (path.endsWith('/identity')) {
      relay.site = { ...relay.site, identity: { algorithm: 'HS256', keys: [] } };
      return { ok: true, data: { ...(body as object), secret: 's3cret' } };
    }
    if (method === 'PUT') {
      if (ifMatch !== `"${relay.version}"`) return refusal('changed_meanwhile');
      relay.site = { ...(body as Site), key: 'shop' };
      relay.version += 1;
      saved.push(relay.site);
    }
    return { ok: true, data: relay.site, etag: `"${relay.version}"` };
  });
  const test = testDesk({ api: { ask: ask as never } });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Sites />
    </DeskProvider>,
  );
  /** Somebody else saves it. */
  const change = async (more: Partial<Site>) => {
    relay.site = { ...relay.site, ...more };
    relay.version += 1;
    test.say('ephemeral', { kind: 'site', site: 'shop', version: 'x' });
  };
  return { ...test, relay, saved, change };
}

const field = (label: string) => screen.findByLabelText<HTMLInputElement>(label);
const type = async (label: string, value: string) =>
  fireEvent.input(await field(label), { target: { value } });
const saveButton = () => screen.getByRole<HTMLButtonElement>('button', { name: /^Sav/ });
/** Until the relay has answered, one way or the other. */
async function save(): Promise<void> {
  await vi.waitFor(() => expect(saveButton().disabled).toBe(false));
  fireEvent.click(saveButton());
  await vi.waitFor(() => expect(saveButton().textContent).toBe('Saving…'));
  await vi.waitFor(() => expect(saveButton().textContent).toBe('Save'));
}

describe('a site’s page', () => {
  it('is there at once where there is only one site, and a list where there are more', async () => {
    await setUp();
    expect(await screen.findByRole('heading', { name: 'The Shop', level: 1 })).toBeTruthy();
    cleanup();
    await setUp(site(), [site({ key: 'garage', name: 'The Garage' })]);
    expect(await screen.findByRole('link', { name: 'The Garage' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'The Shop' })).toBeTruthy();
  });

  it('saves what was changed, with the version it saw, and only then', async () => {
    const test = await setUp();
    await field('First words');
    expect(saveButton().disabled).toBe(true);
    await type('First words', 'Good day');
    await type('Accent as #rrggbb', '#8a2be2');
    await save();
    expect(test.saved).toMatchObject([{ greeting: 'Good day', accent: '#8a2be2' }]);
    await vi.waitFor(() => expect(saveButton().disabled).toBe(true));
  });

  it('takes over what a colleague saved, and says what it was beside what one is changing', async () => {
    const test = await setUp();
    await type('First words', 'Mine');
    await test.change({ accent: '#111111', greeting: 'Theirs' });
    await vi.waitFor(async () => expect((await field('Accent as #rrggbb')).value).toBe('#111111'));
    expect((await field('First words')).value).toBe('Mine');
    expect(
      await screen.findByText(
        'Somebody changed this site meanwhile: Accent and First words. You are changing First words too; yours is what you see here.',
      ),
    ).toBeTruthy();
    await save();
    expect(test.saved).toMatchObject([{ greeting: 'Mine', accent: '#111111' }]);
  });

  it('says so when the change was saved a moment before one’s own, and saves at the second try', async () => {
    const test = await setUp();
    await type('First words', 'Mine');
    test.relay.site = site({ accent: '#111111' });
    test.relay.version += 1;
    await save();
    expect(test.saved).toEqual([]);
    expect(await screen.findByText(/Somebody changed this site meanwhile: Accent\./)).toBeTruthy();
    await save();
    expect(test.saved).toMatchObject([{ greeting: 'Mine', accent: '#111111' }]);
  });

  it('takes hours day by day, midnight as the end of one, and dates that are different', async () => {
    const test = await setUp();
    fireEvent.click(await screen.findByLabelText('Say when we are open'));
    await type('Time zone', 'Europe/Berlin');
    const monday = within(screen.getByRole('group', { name: 'Monday' }));
    fireEvent.input(monday.getByLabelText('To'), { target: { value: '00:00' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add hours: Saturday' }));
    fireEvent.click(screen.getByRole('button', { name: 'Remove 09:00 to 24:00' }));
    fireEvent.click(monday.getByRole('button', { name: 'Add hours: Monday' }));
    fireEvent.input(monday.getByLabelText('To'), { target: { value: '00:00' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add a date' }));
    await type('Date', '2026-12-25');
    await save();
    expect(test.saved[0]?.hours).toMatchObject({
      timeZone: 'Europe/Berlin',
      week: {
        monday: [{ from: '09:00', to: '24:00' }],
        saturday: [{ from: '09:00', to: '17:00' }],
      },
      exceptions: [{ date: '2026-12-25', open: [] }],
    });
    expect(test.saved[0]?.hours?.week.sunday).toBeUndefined();
  });

  it('takes greetings with all that decides about them', async () => {
    const test = await setUp();
    fireEvent.click(await screen.findByRole('button', { name: 'Add a greeting' }));
    await type('Page', '/pricing*');
    await type('Seconds on it', '4');
    await type('Attribute', 'seats');
    await type('is', '3');
    await type('Quick words', 'Yes\nNo');
    fireEvent.change(await field('How often one person sees it'), { target: { value: 'days' } });
    await save();
    expect(test.saved[0]?.greetings).toEqual([
      {
        id: 'greeting-1',
        text: 'Can we help you?',
        when: { url: '/pricing*', afterMs: 4000, fact: { name: 'seats', is: 3 } },
        quick: ['Yes', 'No'],
        often: { days: 7 },
      },
    ]);
  });

  it('takes a form with its fields, in order, and names them after what they ask', async () => {
    const test = await setUp();
    fireEvent.click(await screen.findByLabelText('Ask before the first message'));
    fireEvent.click(screen.getByRole('button', { name: 'Add a field' }));
    const asked = within(screen.getByRole('group', { name: 'Question' }));
    fireEvent.change(asked.getByLabelText('Type'), { target: { value: 'select' } });
    fireEvent.input(asked.getByLabelText('Choices'), { target: { value: 'An order\nGear\n' } });
    fireEvent.click(asked.getByLabelText('Has to be filled in'));
    fireEvent.input(asked.getByLabelText('What is asked'), { target: { value: 'What about?' } });
    fireEvent.click(screen.getByRole('button', { name: 'Move What about? up' }));
    fireEvent.click(screen.getByRole('button', { name: 'Remove Name' }));
    await save();
    expect(test.saved[0]?.prechat).toEqual({
      title: 'Before we begin',
      fields: [
        {
          ...{ type: 'select', name: 'what-about', label: 'What about?', required: true },
          options: [
            { value: 'an-order', label: 'An order' },
            { value: 'gear', label: 'Gear' },
          ],
        },
        { type: 'email', name: 'email', label: 'E-mail', required: true, fact: 'email' },
      ],
    });
  });

  it('takes what a field and its choices are called in another language', async () => {
    const test = await setUp();
    fireEvent.click(await screen.findByLabelText('Ask before the first message'));
    fireEvent.click(screen.getByRole('button', { name: 'Remove Name' }));
    const asked = within(screen.getByRole('group', { name: 'E-mail' }));
    fireEvent.change(asked.getByLabelText('Type'), { target: { value: 'select' } });
    fireEvent.input(asked.getByLabelText('Choices'), { target: { value: 'An order\nGear' } });
    await type('What is asked, also in the language', 'de');
    fireEvent.input(asked.getByLabelText('What is asked (de)'), { target: { value: 'Worum?' } });
    const choices = { target: { value: 'Bestellung\n' } };
    fireEvent.input(asked.getByLabelText('Choices (de)'), choices);
    fireEvent.input(asked.getByLabelText('Choices'), { target: { value: 'Gear\nAn order' } });
    await save();
    expect(test.saved[0]?.prechat?.fields).toEqual([
      {
        ...{ type: 'select', name: 'email', label: 'E-mail', labels: { de: 'Worum?' } },
        ...{ required: true, fact: 'email' },
        options: [
          { value: 'gear', label: 'Gear' },
          { value: 'an-order', label: 'An order', labels: { de: 'Bestellung' } },
        ],
      },
    ]);
  });

  it('keeps the field of an offline form that becomes the message, and asks for a rating', async () => {
    const test = await setUp();
    fireEvent.click(await screen.findByLabelText('Take a message while nobody is there'));
    const message = within(screen.getByRole('group', { name: 'Message' }));
    expect(message.queryByLabelText('Type')).toBeNull();
    expect(
      message.getByRole<HTMLButtonElement>('button', { name: 'Remove Message' }).disabled,
    ).toBe(true);
    fireEvent.input(message.getByLabelText('What is asked'), { target: { value: 'Your words' } });
    fireEvent.change(await field('How visitors rate'), { target: { value: 'nps' } });
    await save();
    expect(test.saved[0]?.offline?.fields.at(-1)).toEqual({
      ...{ type: 'textarea', name: 'message', label: 'Your words', required: true },
    });
    expect(test.saved[0]?.rating).toBe('nps');
  });

  it('makes forms and ratings pages lead to by name, and says whose articles anybody may read', async () => {
    const test = await setUp();
    fireEvent.click(await screen.findByRole('button', { name: 'Add a form' }));
    const named = (name: string) => within(screen.getByRole('group', { name }));
    fireEvent.input(named('form').getByLabelText('Name on your pages'), {
      target: { value: 'callback' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Remove What is it about?' }));
    fireEvent.click(screen.getByRole('button', { name: 'Add a rating' }));
    fireEvent.change(named('rating').getByLabelText('Scale'), { target: { value: 'nps' } });
    fireEvent.input(named('rating').getByLabelText('Question'), {
      target: { value: 'Was it easy?' },
    });
    await type('Collections anybody may read', 'help\n');
    await save();
    const [saved] = test.saved;
    expect(saved?.forms).toMatchObject([
      { name: 'callback', fields: [{ name: 'name' }, { name: 'email' }] },
    ]);
    expect(saved?.surveys).toEqual([{ name: 'rating', scale: 'nps', question: 'Was it easy?' }]);
    expect(saved?.articles).toEqual(['help']);
    fireEvent.click(screen.getByRole('button', { name: 'Remove the form callback' }));
    fireEvent.click(screen.getByRole('button', { name: 'Remove the rating rating' }));
    await save();
    expect(test.saved[1]?.forms).toBeUndefined();
    expect(test.saved[1]?.surveys).toBeUndefined();
  });

  it('says words otherwise in one language, and takes it back when they are emptied', async () => {
    const test = await setUp();
    await type('Write a message …', 'Ask us …');
    await save();
    expect(test.saved[0]?.texts).toEqual({ en: { placeholder: 'Ask us …' } });
    await type('Write a message …', '');
    await save();
    expect(test.saved[1]?.texts).toBeUndefined();
  });

  it('shows a new identity secret once, and lets the rest of the form be', async () => {
    await setUp();
    await type('First words', 'Mine');
    fireEvent.click(screen.getAllByRole('button', { name: 'Switch on' })[0] as Element);
    expect(await screen.findByText('s3cret')).toBeTruthy();
    expect((await field('First words')).value).toBe('Mine');
    fireEvent.click(screen.getByRole('button', { name: 'I have stored it' }));
    await vi.waitFor(() => expect(screen.queryByText('s3cret')).toBeNull());
  });
});

it('the preview is told what stands in the form, once it says that it is there, and by nobody else', async () => {
  await setUp();
  const frame = await screen.findByTitle<HTMLIFrameElement>('The widget, as it would be');
  const inside = frame.contentWindow as Window;
  const post = vi.spyOn(inside, 'postMessage').mockImplementation(() => {});
  const say = (origin: string, source: Window) =>
    dispatchEvent(new MessageEvent('message', { origin, source, data: SHOWN }));
  // By now it listens.
  await new Promise((done) => setTimeout(done, 200));
  say('https://evil.example', inside);
  say(location.origin, window);
  await type('First words', 'Good');
  await new Promise((done) => setTimeout(done, 200));
  expect(post).not.toHaveBeenCalled();
  say(location.origin, inside);
  await type('First words', 'Good day');
  await vi.waitFor(() =>
    expect(post.mock.lastCall).toMatchObject([
      { view: 'chat', isOnline: true, settings: { greeting: 'Good day' } },
      location.origin,
    ]),
  );
});

it('one’s own changes go on top of what was saved since, field by field', () => {
  const { key: _, ...base } = site();
  const mine = { ...base, greeting: 'Mine', accent: '#111111' };
  const saved = { ...base, accent: '#222222', name: 'Theirs' };
  expect(rebase(base, mine, saved)).toEqual({
    draft: { ...base, name: 'Theirs', greeting: 'Mine', accent: '#111111' },
    theirs: ['name', 'accent'],
    both: ['accent'],
  });
  expect(rebase(base, mine, mine)).toMatchObject({ theirs: [], both: [] });
});
