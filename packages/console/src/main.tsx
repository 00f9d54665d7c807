import { render } from 'preact';
import { createApi } from './api.ts';
import { App } from './app.tsx';
import { browser } from './browser.ts';
import { connect } from './connection/index.ts';
import { DeskProvider } from './store/context.ts';
import { createDesk } from './store/desk.ts';
import { createStorage } from './store/storage.ts';
import './styles/index.css';

/** For a reload in the midst of setting up. */
const tab = createStorage(() => sessionStorage);

/** A one-time token leaves the address bar, and with it the history, before anything else happens. */
function takeSetUpToken(): string | null {
  const token = /^#setup=(.+)$/.exec(location.hash)?.[1];
  if (!token) return tab.read('setup');
  history.replaceState(null, '', location.pathname);
  tab.write('setup', token);
  return token;
}

const root = document.getElementById('app');
if (!root) throw new Error('unable to start; the page has no #app');

const token = takeSetUpToken();
// A link opened where the console already is changes the fragment and nothing else.
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#setup=')) location.reload();
});
const desk = createDesk({
  api: createApi((...args) => fetch(...args)),
  connect,
  storage: createStorage(() => localStorage),
  browser,
});
desk.start();
if (token) desk.account.beginSetUp(token);
else void desk.account.restore();
// Used or left, it is of no more use.
desk.store.subscribe(({ session }, before) => {
  if (before.session.phase === 'set-up' && session.phase !== 'set-up') tab.write('setup', null);
});
render(
  <DeskProvider value={desk}>
    <App />
  </DeskProvider>,
  root,
);
