import type { SiteConfig } from '@throughline/shared/schema';
import { render } from 'preact';
import type { Call, Run, Widget } from './api.ts';
import type { Client } from './assemble.ts';
import { assembleClient } from './assemble.ts';
import { type Send, sendThrough } from './hooks.ts';
import { readContext } from './host/context.ts';
import { type Exits, openExits, type PageEmitter } from './host/exits.ts';
import type { Launcher } from './host/launcher.ts';
import { type LauncherState, showState } from './host/launcher-state.ts';
import { watchPage } from './host/watch-page.ts';
import { english, fill, loadLanguage } from './i18n/languages.ts';
import { checkOptions, type User, type WidgetOptions } from './options.ts';
import { byActivity, unreadTotal } from './store/selectors.ts';
import { createViewStore } from './store/view.ts';
import { App } from './ui/App.tsx';
import type { ViewStore } from './ui/context.ts';
import { mountRoot } from './ui/root.ts';
import { VERSION } from './version.ts';

export interface Panel {
  run: Run;
  update(options: WidgetOptions): void;
  destroy(): void;
}

interface PanelContext {
  launcher: Launcher;
  options: WidgetOptions;
  emitter: PageEmitter;
  /** Calls that concern the whole widget. */
  run: Run;
}

export type MountPanel = (context: PanelContext) => Panel;

interface Core extends PanelContext {
  client: Client;
  view: ViewStore;
  site: SiteConfig | undefined;
  /** Where the open panel began before the conversations were known; null once that is settled. */
  guess: Place | null;
  undo: (() => void)[];
  exits: Exits;
  send: Send;
  openedMs: number;
  showState(state: LauncherState): void;
  user?: User;
}

type Trigger = 'launcher' | 'api';
type Place = ReturnType<ViewStore['getState']>['place'];

/** Everything behind the button: client, screen, and what the page does to both. */
export const mountPanel: MountPanel = (context) => {
  const { launcher, options, emitter } = context;
  const exits = openExits({ host: launcher.host, emitter });
  const { tell, hooks } = exits;
  const client = assembleClient({ ...options, context: readContext }, { emitter, tell });
  const view = createViewStore(english);
  const send = sendThrough(hooks, client);
  const parts = { ...context, client, view, exits, send, showState: showState(launcher) };
  const core: Core = { ...parts, site: undefined, guess: null, undo: [], openedMs: 0 };
  mind(options);
  const root = mountRoot(launcher.root);
  const isInline = options.mode === 'inline';
  // What fills a place of the page has no button to come back by.
  const close = () => isInline || setOpen(core, false);
  render(<App chat={{ client, view, close, send, shown: hooks.beforeDisplay }} />, root);
  core.undo.push(
    () => render(null, root),
    client.on('unread.changed', () => label(core)),
    client.subscribe(() => settle(core)),
    watchPage({
      back: client.nudge,
      offline: client.networkDown,
      moved() {
        client.setContext(readContext());
        // Whoever swapped the whole page swapped us too.
        if (!isInline && !launcher.host.isConnected) document.documentElement.append(launcher.host);
      },
    }),
  );
  if (isInline)
    void import('./host/inline.ts').then(({ standInline }) =>
      core.undo.push(standInline({ ...context, view })),
    );
  sayLoaded(core);
  void configure(core);
  // Behind what the page said meanwhile: who the visitor is goes with the first connect.
  queueMicrotask(() => client.isKnown() && client.start());
  return panelOf(core);
};

/** The browser knows how long this file took, where it is one of its own. */
function sayLoaded({ exits }: Core): void {
  const { page, language } = readContext();
  const loadMs = performance.getEntriesByName(import.meta.url)[0]?.duration;
  exits.say('widget.loaded', { sdkVersion: VERSION, page, language, loadMs });
}

/** A mistake in an option is told on the page's console; the chat goes on with what it can use. */
function mind(options: WidgetOptions): WidgetOptions {
  try {
    return checkOptions(options);
  } catch (error) {
    globalThis.reportError?.(error);
    return options;
  }
}

/** The site's own look and words; without them the defaults have to do. */
async function fetchSite({ relay, site }: WidgetOptions): Promise<SiteConfig | undefined> {
  try {
    const answer = await fetch(`${relay}/v1/sites/${encodeURIComponent(site)}`);
    return answer.ok ? ((await answer.json()) as SiteConfig) : undefined;
  } catch {
    return undefined;
  }
}

async function configure(core: Core): Promise<void> {
  core.site = await fetchSite(core.options);
  void core.exits.mirrorTo(core.site?.pageEvents);
  await applyLook(core);
}

/** Options of the page win over the site's configuration. */
async function applyLook(core: Core): Promise<void> {
  const { options, site, view, launcher } = core;
  launcher.set({
    accent: options.accent ?? site?.accent,
    position: options.position ?? site?.position,
  });
  view.setState({
    theme: options.theme ?? 'auto',
    siteName: site?.name ?? '',
    greeting: options.greeting ?? site?.greeting ?? '',
  });
  const page = document.documentElement.lang;
  const language = await loadLanguage([options.language, site?.language, page, navigator.language]);
  view.setState({ language });
  label(core);
}

/** What the button shows and is called, by what a click on it would do. */
function label({ showState, client, view }: Core): void {
  const { open, language } = view.getState();
  const unread = unreadTotal(client.getState());
  const { texts } = language;
  const closed = unread > 0 ? fill(texts.openUnread, { n: unread }) : texts.open;
  showState({ open, unread, label: open ? texts.close : closed });
}

function setOpen(core: Core, open: boolean, trigger: Trigger = 'api'): void {
  const { view, client, launcher, exits } = core;
  if (view.getState().open === open) return;
  if (open) client.start();
  view.setState({ open });
  label(core);
  if (!open) launcher.button.focus();
  const { at } = view.getState().place;
  const openMs = Date.now() - core.openedMs;
  core.openedMs = Date.now();
  if (open) exits.say('widget.opened', { trigger, view: at });
  else exits.say('widget.closed', { openMs, view: at });
}

/** Where an opened panel begins: what is unread, else what is going on, else a new conversation. */
function firstPlace({ client }: Core): Place {
  const all = byActivity(client.getState());
  const target =
    all.find(({ unread }) => unread > 0) ?? all.find(({ status }) => status === 'open');
  if (target) return { at: 'thread', conversation: target.id };
  return all.length > 0 ? { at: 'list' } : { at: 'thread', conversation: null };
}

function open(core: Core, place?: Place, trigger?: Trigger): void {
  const first = place ?? firstPlace(core);
  core.guess = place || core.client.getState().listed ? null : first;
  core.view.setState({ place: first });
  setOpen(core, true, trigger);
}

/**
 * Opened before the conversations were known: goes to the right one, unless the visitor chose. And away
 * from one that is no more: logged out, or never this visitor's.
 */
function settle(core: Core): void {
  const { client, view, guess } = core;
  const { listed, conversations } = client.getState();
  const { place } = view.getState();
  const isLost =
    place.at === 'thread' && place.conversation && !(place.conversation in conversations);
  const isSettled = guess && listed;
  if (isSettled) core.guess = null;
  if (isLost || (isSettled && place === guess && !client.draft('new')))
    view.setState({ place: firstPlace(core) });
}

type Methods = Pick<
  Widget,
  | 'open'
  | 'close'
  | 'toggle'
  | 'newConversation'
  | 'identify'
  | 'setAttributes'
  | 'track'
  | 'logout'
  | 'getState'
  | 'getVisitorId'
>;

/** What the loader leaves to us. What few pages call has a file of its own. */
function methods(core: Core): Methods {
  const { client, view } = core;
  const isOpen = () => view.getState().open;
  return {
    open(target) {
      const said = typeof target === 'string' ? target.split(':') : ['', target?.conversation];
      const conversation = said[1];
      if (conversation) client.follow(conversation);
      if (conversation) open(core, { at: 'thread', conversation });
      else if (said[0] === 'list') open(core, { at: 'list' });
      else if (!isOpen()) open(core);
    },
    close: () => setOpen(core, false),
    toggle(said?: unknown) {
      if (isOpen()) setOpen(core, false);
      else open(core, undefined, said === 'launcher' ? said : 'api');
    },
    newConversation({ draft } = {}) {
      if (draft !== undefined) client.setDraft('new', draft);
      open(core, { at: 'thread', conversation: null });
    },
    identify(user) {
      core.user = user;
      client.identify(user);
    },
    setAttributes: client.setAttributes,
    track: client.track,
    logout: client.logout,
    getVisitorId: () => client.getState().contact,
    getState() {
      const state = client.getState();
      return {
        open: isOpen(),
        status: state.status,
        contact: state.contact,
        unread: unreadTotal(state),
        conversations: byActivity(state).map(({ id, status, unread }) => ({ id, status, unread })),
      };
    },
  };
}

function panelOf(core: Core): Panel {
  const { client, undo, exits } = core;
  const all: Record<string, ((...args: never[]) => unknown) | undefined> = { ...methods(core) };
  const rare = async (...call: Call) => (await import('./rare.ts')).runRare(core, ...call);
  return {
    run(command, ...args) {
      const failed = (error: unknown) => exits.fail('call_failed', `The call ${command}`, error);
      try {
        const method = all[command];
        return method ? method(...(args as never[])) : rare(command, ...args).catch(failed);
      } catch (error) {
        return failed(error);
      }
    },
    update(options) {
      const isOther = options.consent !== core.options.consent;
      core.options = mind(options);
      if (isOther) void rare('consent');
      void applyLook(core);
    },
    destroy() {
      client.stop();
      for (const step of undo.splice(0).reverse()) step();
    },
  };
}
