import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import type { Form, SiteConfig } from '@throughline/shared/schema';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeNetwork, event, page } from '../../../test/fake-link.ts';
import { type Client, createClient } from '../../client.ts';
import type { Send } from '../../hooks.ts';
import { english } from '../../i18n/languages.ts';
import { createViewStore } from '../../store/view.ts';
import { Composer } from '../Composer.tsx';
import { type Chat, ChatContext, useView, type ViewStore } from '../context.ts';
import { LeaveWord } from './away.tsx';
import { trayOf } from './files/trays.ts';
import { rescueAnswers } from './rescue.ts';

const prechat: Form = {
  title: 'Who are you?',
  fields: [
    { type: 'text', name: 'name', label: 'Name', fact: 'name' },
    { type: 'email', name: 'email', label: 'E-mail', required: true, fact: 'email' },
    { type: 'text', name: 'order', label: 'Order' },
  ],
};
const offline: Form = {
  fields: [
    { type: 'email', name: 'email', label: 'E-mail', required: true, fact: 'email' },
    { type: 'textarea', name: 'message', label: 'Message', required: true },
  ],
};

let network: ReturnType<typeof createFakeNetwork>;
let client: Client;
let view: ViewStore;
let isLetThrough: boolean;

beforeEach(() => {
  localStorage.clear();
  isLetThrough = true;
  newPage();
});
afterEach(() => {
  client.stop();
  cleanup();
});

/** What a reload leaves: storage. */
function newPage(): void {
  cleanup();
  network = createFakeNetwork();
  client = createClient({ relay: 'https://relay.example', site: 'shop' }, network.open);
  view = createViewStore(english);
}

/** The part under a conversation, in whichever one is on the screen, and the field one writes in. */
function Here() {
  const place = useView((it) => it.place);
  const here = place.at === 'thread' ? place : { conversation: null };
  return (
    <>
      <LeaveWord conversation={here.conversation} />
      <Composer place={here} />
    </>
  );
}

async function show(config: Partial<SiteConfig>, online: string[] = ['a1']) {
  view.setState({ site: { key: 'shop', name: 'Shop', ...config } as SiteConfig });
  const send: Send = (text, to) =>
    isLetThrough
      ? client.sendMessage(text, { conversationId: to ?? undefined }).conversationId
      : null;
  const chat = { client, view, send, tell: () => {} } as unknown as Chat;
  render(
    <ChatContext.Provider value={chat}>
      <Here />
    </ChatContext.Provider>,
  );
  client.start();
  await act(async () => {
    await network.welcome({ site: { name: 'Shop', online } });
    await network.answer('conversation:list', []);
  });
}

const field = (label: RegExp) => screen.findByLabelText<HTMLInputElement>(label);
const type = async (label: RegExp, value: string) =>
  fireEvent.input(await field(label), { target: { value } });
/** In the form, which comes before the field one writes in. */
const press = (name: string) =>
  fireEvent.click(screen.getAllByRole('button', { name })[0] as HTMLElement);
const unsent = () => client.getState().outbox.map(({ name, input }) => ({ name, ...input }));

describe('a form before a conversation', () => {
  it('begins it with the answers, in that order, and with nothing before it is right', async () => {
    await show({ prechat });
    await field(/^Name/);
    press('Start the chat');
    expect(document.activeElement).toBe(await field(/^E-mail/));
    expect(unsent()).toEqual([]);
    await type(/^E-mail/, 'ada@x.example');
    press('Start the chat');
    const [start, submit, identify] = unsent();
    expect(start).toMatchObject({ name: 'conversation:start', form: { as: 'prechat' } });
    expect(submit).toMatchObject({
      name: 'form:submit',
      conversation: start && 'conversation' in start && start.conversation,
      message: start && 'form' in start && start.form?.message,
      values: { email: 'ada@x.example' },
    });
    expect(identify).toMatchObject({ name: 'contact:identify', email: 'ada@x.example' });
    expect(unsent()).toHaveLength(3);
    expect(view.getState().place).toMatchObject({
      conversation: submit && 'conversation' in submit && submit.conversation,
    });
    expect(await screen.findByText('Your answers are on their way.')).toBeTruthy();
  });

  it('asks for what is missing alone, and for nothing where all is known', async () => {
    client.identify({ id: 'u1', name: 'Ada', email: 'ada@x.example' });
    await show({ prechat });
    await field(/^Order/);
    expect(screen.queryByLabelText(/^E-mail/)).toBeNull();
    press('Start the chat');
    expect(unsent().find(({ name }) => name === 'form:submit')).toMatchObject({
      values: { name: 'Ada', email: 'ada@x.example' },
    });
    newPage();
    await show({ prechat: { fields: prechat.fields.slice(0, 2) } });
    expect(screen.queryByLabelText(/^E-mail/)).toBeNull();
  });

  it('takes words that were typed before it came, shows them, and sends them with it', async () => {
    client.setDraft('new', 'Where is it?');
    await show({ prechat });
    expect((await field(/^Your message/)).value).toBe('Where is it?');
    expect(document.activeElement).toBe(await field(/^Your message/));
    await type(/^E-mail/, 'ada@x.example');
    press('Start the chat');
    expect(unsent().at(-1)).toMatchObject({ name: 'message:send', text: 'Where is it?' });
    expect(unsent().find(({ name }) => name === 'form:submit')).toMatchObject({
      values: { email: 'ada@x.example' },
    });
  });

  it('asks in the visitor’s language, where the site says how', async () => {
    const [name, ...others] = prechat.fields as [Form['fields'][number]];
    view.setState({ language: { ...english, tag: 'de' } });
    await show({ prechat: { fields: [{ ...name, labels: { de: 'Wie heißt du?' } }, ...others] } });
    expect(await field(/^Wie heißt du/)).toBeTruthy();
    expect(await field(/^Order/)).toBeTruthy();
  });

  it('draws a number as it is typed, and sends it as one', async () => {
    client.persist.allow();
    const fields: Form['fields'] = [{ type: 'number', name: 'sum', label: 'Sum' }];
    await show({ prechat: { fields } });
    for (const text of ['-', '-0', '-0.', '-0.5', '1.000', '1', '1.', '1.0', '1.05', '1,50']) {
      await type(/^Sum/, text);
      expect((await field(/^Sum/)).value).toBe(text);
    }
    newPage();
    await show({ prechat: { fields } });
    expect((await field(/^Sum/)).value).toBe('1,50');
    await type(/^Sum/, 'much');
    press('Start the chat');
    expect(await screen.findByText('Please write a number.')).toBeTruthy();
    await type(/^Sum/, '1.05');
    press('Start the chat');
    expect(unsent()).toContainEqual(
      expect.objectContaining({ name: 'form:submit', values: { sum: 1.05 } }),
    );
  });

  it('keeps what is filled in over a reload, once something may be kept', async () => {
    client.persist.allow();
    await show({ prechat });
    await type(/^Order/, 'A-17');
    newPage();
    await show({ prechat });
    expect((await field(/^Order/)).value).toBe('A-17');
  });
});

describe('what a page leads to', () => {
  const callback = { ...prechat, name: 'callback', title: 'Call me back' };
  const surveys: SiteConfig['surveys'] = [
    { name: 'checkout', scale: 'csat', question: 'Was it easy?', comment: true },
  ];
  /** A form listens once it has been painted. */
  const paint = () => new Promise((painted) => setTimeout(painted, 200));
  const lead = (asks: { form?: string; survey?: string }) =>
    act(async () => view.setState({ place: { at: 'thread', conversation: null, asks } }));

  it('a form stands there whatever is known already, filled in as far as that goes', async () => {
    client.identify({ id: 'u1', name: 'Ada', email: 'ada@x.example' });
    await show({ forms: [callback], prechat: { fields: prechat.fields.slice(0, 2) } });
    await lead({ form: 'callback' });
    expect(await screen.findByText('Call me back')).toBeTruthy();
    expect((await field(/^E-mail/)).value).toBe('ada@x.example');
    await paint();
    await act(() => network.send('ephemeral', { kind: 'availability', online: ['a1', 'a2'] }));
    expect((await field(/^E-mail/)).value).toBe('ada@x.example');
    await type(/^Name/, 'Ada Lovelace');
    await type(/^Order/, 'A-17');
    await type(/^Order/, '');
    press('Send');
    const [start, described, submit] = unsent().filter((entry) => 'conversation' in entry);
    expect(start).toMatchObject({ name: 'conversation:start', form: { as: 'callback' } });
    expect(described).toMatchObject({
      name: 'conversation:describe',
      attributes: { form: 'callback' },
    });
    expect(submit).toMatchObject({
      name: 'form:submit',
      message: start && 'form' in start && start.form?.message,
      values: { name: 'Ada Lovelace', email: 'ada@x.example' },
    });
    expect(view.getState().place).toMatchObject({ at: 'thread', conversation: expect.any(String) });
  });

  it('what is known of a visitor goes with them, and words meant for a conversation stay out of it', async () => {
    client.identify({ id: 'u1', name: 'Ada', email: 'ada@x.example' });
    client.setDraft('new', 'Where is it?');
    await show({ forms: [callback] });
    await lead({ form: 'callback' });
    expect((await field(/^E-mail/)).value).toBe('ada@x.example');
    expect(screen.queryByLabelText(/^Your message/)).toBeNull();
    expect(client.draft('new')).toBe('Where is it?');
    await paint();
    await act(async () => client.logout());
    expect((await field(/^E-mail/)).value).toBe('');
  });

  it('a form comes before what else would be asked, and not where nobody led to it', async () => {
    await show({ forms: [callback], prechat, offline }, []);
    expect(await screen.findByText('Leave us a message')).toBeTruthy();
    await lead({ form: 'callback' });
    expect(await screen.findByText('Call me back')).toBeTruthy();
    await type(/^Order/, 'A-17');
    await lead({});
    expect(await screen.findByText('Leave us a message')).toBeTruthy();
    await lead({ form: 'callback' });
    expect((await field(/^Order/)).value).toBe('A-17');
    await lead({ form: 'nowhere' });
    expect(await screen.findByText('Leave us a message')).toBeTruthy();
  });

  it('a rating is sent as a conversation of its own, once a number was chosen', async () => {
    await show({ surveys });
    await lead({ survey: 'checkout' });
    expect(await screen.findByRole('group', { name: 'Was it easy?' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Comment' })).toBeNull();
    fireEvent.click(screen.getByRole('radio', { name: /^4/ }));
    await type(/^Comment|^Anything/, 'Quick');
    press('Send');
    const [start, submit, ...more] = unsent();
    expect(start).toMatchObject({ name: 'conversation:start', survey: { as: 'checkout' } });
    expect(submit).toMatchObject({
      name: 'survey:submit',
      conversation: start && 'conversation' in start && start.conversation,
      message: start && 'survey' in start && start.survey?.message,
      score: 4,
      comment: 'Quick',
    });
    expect(more).toEqual([]);
    expect(await screen.findByText('Your answers are on their way.')).toBeTruthy();
  });

  it('a rating that is withdrawn under a visitor’s hands stays, and what they said goes as words', async () => {
    rescueAnswers(client);
    await show({ surveys });
    await lead({ survey: 'checkout' });
    fireEvent.click(await screen.findByRole('radio', { name: /^4/ }));
    await type(/^Comment|^Anything/, 'Quick');
    await act(async () => view.setState({ site: { key: 'shop', name: 'Shop' } as SiteConfig }));
    press('Send');
    const receipt = { id: 'x', conversation: 'c', seq: 1, pub: 1, time: 0 };
    await act(async () => void (await network.answer('conversation:start', receipt)));
    const error = { code: 'not_found', message: '', retryable: false };
    await act(async () => void (await network.answer('survey:submit', { ok: false, error })));
    expect(words()).toEqual(['Was it easy?: 4\nQuick']);
  });

  it('a rating that was begun is there when the panel, or the page, is opened again, and gone with who began it', async () => {
    client.persist.allow();
    await show({ surveys });
    await lead({ survey: 'checkout' });
    fireEvent.click(await screen.findByRole('radio', { name: /^4/ }));
    await type(/^Anything/, 'Quick');
    newPage();
    await show({ surveys });
    await lead({ survey: 'checkout' });
    expect((await field(/^Anything/)).value).toBe('Quick');
    const four = screen.getByRole<HTMLInputElement>('radio', { name: /^4/ });
    expect(four.checked).toBe(true);
    await paint();
    await act(async () => client.logout());
    expect(four.checked).toBe(false);
    expect(screen.queryByLabelText(/^Anything/)).toBeNull();
    fireEvent.click(four);
    expect((await field(/^Anything/)).value).toBe('');
  });

  it('a rating has the focus as a whole: no number looks like the answer', async () => {
    await show({ surveys });
    await lead({ survey: 'checkout' });
    const group = await screen.findByRole('group', { name: 'Was it easy?' });
    expect(document.activeElement).toBe(group);
  });
});

const words = () =>
  unsent().flatMap((entry) => (entry.name === 'message:send' && 'text' in entry ? entry.text : []));

describe('a form the site changes or withdraws', () => {
  it('under the hands of a visitor stays as it was', async () => {
    await show({ prechat });
    await type(/^Order/, 'A-17');
    await act(async () => view.setState({ site: { key: 'shop', name: 'Shop' } as SiteConfig }));
    expect((await field(/^Order/)).value).toBe('A-17');
    await type(/^E-mail/, 'ada@x.example');
    press('Start the chat');
    expect(unsent().find(({ name }) => name === 'form:submit')).toMatchObject({
      values: { order: 'A-17', email: 'ada@x.example' },
    });
  });

  it('over a reload: what it asks no more is said in words', async () => {
    client.persist.allow();
    await show({ prechat });
    await type(/^Order/, 'A-17');
    newPage();
    await show({ prechat: { fields: prechat.fields.slice(0, 2) } });
    await type(/^E-mail/, 'ada@x.example');
    press('Start the chat');
    expect(unsent().find(({ name }) => name === 'form:submit')).toMatchObject({
      values: { email: 'ada@x.example' },
    });
    expect(words()).toEqual(['order: A-17']);
  });

  it('while the answers wait: they go as words once the relay has refused them', async () => {
    rescueAnswers(client);
    await show({ prechat });
    await type(/^E-mail/, 'ada@x.example');
    await type(/^Order/, 'A-17');
    press('Start the chat');
    const receipt = { id: 'x', conversation: 'c', seq: 1, pub: 1, time: 0 };
    await act(async () => void (await network.answer('conversation:start', receipt)));
    expect(words()).toEqual([]);
    const error = { code: 'not_found', message: '', retryable: false };
    await act(async () => void (await network.answer('form:submit', { ok: false, error })));
    expect(words()).toEqual(['E-mail: ada@x.example\nOrder: A-17']);
    newPage();
    expect(
      unsent()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['contact:identify', 'message:send']);
  });
});

describe('files that are dropped while a form stands there', () => {
  const bill = new File(['%PDF'], 'bill.pdf', { type: 'application/pdf' });
  const drop = () => act(async () => view.setState({ picked: [bill] }));
  const inTray = (place: string) =>
    trayOf({ client, view } as Chat, place).items.map(({ name }) => name);

  it('stay in sight, and wait in the conversation for the first message', async () => {
    await show({ prechat });
    await drop();
    expect(await screen.findByText('bill.pdf')).toBeTruthy();
    await type(/^E-mail/, 'ada@x.example');
    press('Start the chat');
    const [start] = unsent();
    const conversation = `${start && 'conversation' in start && start.conversation}`;
    await waitFor(() => expect(inTray(conversation)).toEqual(['bill.pdf']));
    expect(inTray('new')).toEqual([]);
    expect(await screen.findByText('bill.pdf')).toBeTruthy();
  });

  it('go out behind the words that were written before it came', async () => {
    client.setDraft('new', 'Here is the bill');
    await show({ prechat });
    await drop();
    await screen.findByText('bill.pdf');
    await type(/^E-mail/, 'ada@x.example');
    press('Start the chat');
    await waitFor(() => expect(unsent().at(-1)).toMatchObject({ text: 'Here is the bill' }));
    const last = unsent().at(-1);
    const tray = trayOf(
      { client, view } as Chat,
      `${last && 'conversation' in last && last.conversation}`,
    );
    expect(tray.items.map(({ name }) => name)).toEqual(['bill.pdf']);
    expect(tray.isDue).toBe(true);
  });
});

describe('whoever sits at the browser next', () => {
  it('finds nothing of what the one before them filled in', async () => {
    client.persist.allow();
    await show({ prechat });
    await type(/^E-mail/, 'ada@x.example');
    await type(/^Order/, 'A-17');
    await act(async () => client.logout());
    expect((await field(/^E-mail/)).value).toBe('');
    expect((await field(/^Order/)).value).toBe('');
    await type(/^Order/, 'B-1');
    expect(client.draft('form:prechat')).toBe('{"order":"B-1"}');
  });

  it('finds what they have filled in themselves in another tab', async () => {
    client.persist.allow();
    await show({ prechat });
    await type(/^Order/, 'A-17');
    const newValue = JSON.stringify({ v: 1, token: 'bob' });
    localStorage.clear();
    localStorage.setItem('throughline:shop', newValue);
    localStorage.setItem('throughline:shop:draft:form:prechat', '{"order":"B-1"}');
    await act(
      async () =>
        void dispatchEvent(new StorageEvent('storage', { key: 'throughline:shop', newValue })),
    );
    expect((await field(/^Order/)).value).toBe('B-1');
  });

  it('is not told where the one before them is answered', async () => {
    client.persist.allow();
    await show({}, []);
    fireEvent.input(await screen.findByLabelText('Your e-mail'), {
      target: { value: 'ada@x.example' },
    });
    fireEvent.submit(screen.getByLabelText('Your e-mail').closest('form') as Element);
    expect(screen.getByText(/ada@x.example/)).toBeTruthy();
    await act(async () => client.logout());
    await act(() => network.welcome({ site: { name: 'Shop', online: [] } }));
    expect(screen.queryByText(/ada@x.example/)).toBeNull();
  });
});

describe('a form while nobody is there', () => {
  it('stands in place of the other one, and its message is the first', async () => {
    await show({ prechat, offline, replyMs: 7_200_000 }, []);
    await type(/^E-mail/, 'ada@x.example');
    expect(
      screen.getByText(/Nobody is here just now. We usually answer within 2 hours./),
    ).toBeTruthy();
    await type(/^Message/, 'Is it back?');
    press('Send');
    expect(unsent().map(({ name }) => name)).toEqual([
      'conversation:start',
      'form:submit',
      'contact:identify',
      'message:send',
    ]);
    expect(unsent()[1]).toMatchObject({ values: { email: 'ada@x.example' } });
    expect(unsent()[1]).not.toMatchObject({ values: { message: expect.anything() } });
    expect(await screen.findByText('Your message is on its way.')).toBeTruthy();
    expect(screen.getByText('Thank you. We also answer to ada@x.example.')).toBeTruthy();
  });

  it('says that the message is there only once it is, and nothing more once somebody answers', async () => {
    await show({ offline }, []);
    await act(async () => {
      view.setState({ place: { at: 'thread', conversation: 'c1' } });
      client.follow('c1');
    });
    const mine = event(1, { actor: { kind: 'visitor', id: 'me' } });
    await act(async () => {
      await network.answer(
        'conversation:resume',
        page([mine], { state: 'reset', reason: 'no_cursor' }),
      );
    });
    expect(await screen.findByText('We have your message.')).toBeTruthy();
    await act(() => network.send('event', event(2)));
    expect(screen.queryByText('We have your message.')).toBeNull();
  });

  it('that was begun stays when somebody comes, and is sent as it is', async () => {
    await show({ prechat, offline }, []);
    await type(/^Message/, 'Is it back?');
    await act(() => network.send('ephemeral', { kind: 'availability', online: ['a1'] }));
    expect((await field(/^Message/)).value).toBe('Is it back?');
  });

  it('puts words a page does not let through into the field one writes in', async () => {
    isLetThrough = false;
    await show({ offline }, []);
    await type(/^E-mail/, 'ada@x.example');
    await type(/^Message/, 'Is it back?');
    press('Send');
    const { place } = view.getState();
    expect(client.draft((place.at === 'thread' && place.conversation) || '')).toBe('Is it back?');
  });
});
