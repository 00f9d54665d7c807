import { waitFor } from '@testing-library/preact';
import { render } from 'preact';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeNetwork } from '../../../../test/fake-link.ts';
import { type Client, createClient } from '../../../client.ts';
import { english } from '../../../i18n/languages.ts';
import { createViewStore } from '../../../store/view.ts';
import { type Chat, ChatContext } from '../../context.ts';
import { TrayView } from './TrayView.tsx';
import { trayOf } from './trays.ts';

const bill = new File(['%PDF'], 'bill.pdf', { type: 'application/pdf' });
const host = document.createElement('div');
let client: Client;

beforeEach(() => {
  client = createClient({ relay: 'https://relay.example', site: 'shop' }, createFakeNetwork().open);
});
afterEach(() => {
  render(null, host);
  client.stop();
});

it('a file that comes after the tray was drawn, and before what follows a drawing, is in it once', async () => {
  const view = createViewStore(english);
  const chat = { client, view } as Chat;
  render(
    <ChatContext.Provider value={chat}>
      <TrayView draft="new" onChange={() => {}} />
    </ChatContext.Provider>,
    host,
  );
  view.setState({ picked: [bill] });
  await waitFor(() => expect(host.textContent).toContain('bill.pdf'));
  await waitFor(() => expect(view.getState().picked).toEqual([]));
  expect(trayOf(chat, 'new').items.map(({ name }) => name)).toEqual(['bill.pdf']);
});
