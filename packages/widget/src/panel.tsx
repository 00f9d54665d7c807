import { TEXT_CHARS } from '@throughline/shared';
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
import { baseOf, english, fill, type Language, loadLanguage } from './i18n/languages.ts';
import { checkOptions, type User, type WidgetOptions } from './options.ts';
import { byActivity, unreadTotal } from './store/selectors.ts';
import { createViewStore, type Place } from './store/view.ts';
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

type MountPanel = (context: PanelContext) => Panel;

/** What this file has for whoever loads it. */
export interface PanelFile {
  mountPanel: MountPanel;
}

interface Core extends PanelContext {
  client: Client;
  view: ViewStore;
  site: SiteConfig | undefined;
  /** What had the focus before the panel. */
  from: Element | null;
  /** Where the open panel began before any conversation was known; null once that is settled. */
  guess: Place | null;
  undo: (() => void)[];
  exits: Exits;
  send: Send;
  openedMs: number;
  /** Of the configuration last asked for; undefined until the first answer. */
  version?: string;
  showState(state: LauncherState): void;
  user?: User | undefined;
  /** What the page began a new message with. */
  drafted?: string;
}

type Trigger = 'launcher' | 'api' | 'proactive';

/** Everything behind the button: client, screen, and what the page does to both. */
export const mountPanel: MountPanel = (context) => {
  const { launcher, options, emitter } = context;
  const exits = openExits({ host: launcher.host, emitter });
  const { tell, hooks } = exits;
  const client = assembleClient({ ...options, context: readContext }, { emitter, tell });
  const view: ViewStore = createViewStore(english, (tag) => pickLanguage(core, tag));
  const send = sendThrough(hooks, client);
  const parts = { ...context, client, view, exits, send, showState: showState(launcher) };
  const core: Core = { ...parts, site: undefined, from: null, guess: null, undo: [], openedMs: 0 };
  mind(options);
  const isWatched = `${options.debug}` === 'true' || /\Wthroughline_debug=1/.test(location.search);
  // biome-ignore lint/suspicious/noConsole: what the option is for
  if (isWatched) emitter.on('*', console.log);
  const root = mountRoot(launcher.root);
  const isInline = options.mode === 'inline';
  // What fills a place of the page has no button to come back by.
  const close = () => isInline || setOpen(core, false);
  let isAway = false;
  let seen = readContext().page.url;
  const begin = (draft?: string) => openNew(core, draft, 'proactive');
  const chat = { client, view, close, send, tell, begin, shown: hooks.beforeDisplay };
  render(<App chat={chat} />, root);
  core.undo.push(
    () => render(null, root),
    client.on('unread.changed', () => label(core)),
    view.subscribe(() => label(core)),
    client.subscribe(() => {
      settle(core);
      refresh(core);
    }),
    watchPage({
      back: client.nudge,
      offline: client.networkDown,
      left() {
        isAway = client.getState().status !== 'idle';
        client.stop();
      },
      restored: () => isAway && client.start(),
      moved() {
        const context = readContext();
        const { page } = context;
        // As an attribute it is a word.
        if (`${core.options.autoPage}` !== 'false') {
          client.setContext(context);
          if (page.url !== seen) exits.say('page.viewed', { page });
        }
        seen = page.url;
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
async function fetchSite(
  { relay, site }: WidgetOptions,
  version?: string,
): Promise<SiteConfig | undefined> {
  // Named, it comes from no cache, and from whichever relay answers.
  const query = version ? `?version=${version}` : '';
  const answer = await fetch(`${relay}/v1/sites/${encodeURIComponent(site)}${query}`);
  return answer.ok ? answer.json() : undefined;
}

async function configure(core: Core, version?: string): Promise<void> {
  const asked = fetchSite(core.options, version);
  core.site = (await asked.catch(() => undefined)) ?? core.site;
  void core.exits.mirrorTo(core.site?.pageEvents);
  await applyLook(core);
  core.version ??= core.site?.version ?? '';
  refresh(core);
}

/** The relay says that the business has changed something: the page takes it over as it is. */
function refresh(core: Core): void {
  const { version } = core.client.getState().site;
  if (core.version === undefined || !version || version === core.version) return;
  core.version = version;
  void configure(core, version);
}

/** Options of the page win over the site's configuration. */
async function applyLook(core: Core): Promise<void> {
  const { options, site, view, launcher } = core;
  // The snippet's colour is for the button's first moment, before anything is known; a call's stays.
  const snippet = document.querySelector<HTMLElement>('[data-throughline-accent]');
  const isCalled = options.accent !== snippet?.dataset.throughlineAccent;
  launcher.set({
    accent: isCalled ? options.accent : (site?.accent ?? options.accent),
    position: options.position ?? site?.position,
  });
  const offset = { x: options.offsetX, y: options.offsetY };
  for (const axis of ['x', 'y'] as const) {
    const pixels = offset[axis] ?? site?.offset?.[axis];
    const length = pixels === undefined ? '' : `${pixels}px`;
    launcher.host.style.setProperty(`--throughline-offset-${axis}`, length);
  }
  view.setState({
    theme: options.theme ?? site?.theme ?? 'auto',
    greeting: options.greeting ?? site?.greeting ?? '',
    site,
    push: options.push,
    consent: options.consent,
    // A script tag's attribute: `en,de`.
    languages: options.languages ? `${options.languages}`.split(',') : (site?.languages ?? []),
  });
  await view.getState().setLanguage();
}

/**
 * What was chosen here, else the first wanted one the business speaks; in the business's own words where
 * it has some, and in the page's.
 */
async function pickLanguage({ client, options, site }: Core, tag?: string): Promise<Language> {
  if (tag !== undefined) client.choose('language', tag);
  const { languages, texts } = site ?? {};
  const wanted = [site?.language, document.documentElement.lang, navigator.language];
  const spoken = languages ? wanted.filter((tag) => languages.includes(baseOf(tag))) : wanted;
  const said = [client.choice('language'), options.language, ...spoken, languages?.[0]];
  const language = await loadLanguage(said);
  const own = texts?.[baseOf(language.tag)];
  return { ...language, texts: { ...language.texts, ...own, ...options.texts } };
}

/** What the button shows and is called, by what a click on it would do. */
function label({ showState, client, view }: Core): void {
  const { open, language } = view.getState();
  const unread = unreadTotal(client.getState());
  const says = open ? 'close' : unread > 0 ? 'openUnread' : 'open';
  showState({ open, unread, label: fill(language.texts[says], { n: unread }, language.tag) });
}

function setOpen(core: Core, open: boolean, trigger: Trigger = 'api'): void {
  const { view, client, launcher, exits } = core;
  if (view.getState().open === open) return;
  if (open) {
    client.start();
    core.from = document.activeElement;
  }
  view.setState({ open });
  // A panel that closed by itself takes nobody's focus away.
  if (!open && [launcher.host, document.body].includes(document.activeElement as HTMLElement))
    giveBack(core);
  const { at } = view.getState().place;
  const openMs = Date.now() - core.openedMs;
  core.openedMs = Date.now();
  if (open) exits.say('widget.opened', { trigger, view: at });
  else exits.say('widget.closed', { openMs, view: at });
}

/** To where the visitor came from; the page's own button, or ours. */
function giveBack({ from, launcher }: Core): void {
  const isPages = from?.isConnected && from !== launcher.host && from !== document.body;
  ((isPages ? from : launcher.button) as HTMLElement).focus();
}

/** Where an opened panel begins: what is unread, else what is going on, else a new conversation. */
function firstPlace({ client }: Core): Place {
  const all = byActivity(client.getState());
  const target =
    all.find(({ unread }) => unread > 0) ?? all.find(({ status }) => status === 'open');
  if (target) return { at: 'thread', conversation: target.id };
  return all[0] ? { at: 'list' } : { at: 'thread', conversation: null };
}

function open(core: Core, place?: Place, trigger?: Trigger): void {
  const first = place ?? firstPlace(core);
  core.guess = place ? null : first;
  core.view.setState({ place: first });
  setOpen(core, true, trigger);
}

function openNew(core: Core, draft?: string, trigger?: Trigger): void {
  const { client, drafted } = core;
  // What the visitor wrote is not the page's to replace.
  if (draft !== undefined && [drafted, ''].includes(client.draft('new'))) {
    core.drafted = draft.slice(0, TEXT_CHARS);
    client.setDraft('new', core.drafted);
  }
  open(core, { at: 'thread', conversation: null }, trigger);
}

/**
 * Opened before any conversation was known: goes to the right one, unless the visitor chose; also to one
 * begun in another tab. And away from one that is no more: logged out, or never this visitor's.
 */
function settle(core: Core): void {
  const { client, view, guess } = core;
  const { listed, conversations } = client.getState();
  const { place } = view.getState();
  const isLost = place.conversation && !(place.conversation in conversations);
  const isSettled = guess && listed && Object.keys(conversations)[0];
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
      // Where nothing is written or taken as read, until what knows the way leads on.
      if (!isOpen()) open(core, target ? { at: 'list' } : undefined);
      if (target) core.run('openAt', target, view.getState().place);
    },
    close: () => setOpen(core, false),
    toggle(said?: unknown) {
      if (isOpen()) setOpen(core, false);
      else open(core, undefined, said === 'launcher' ? said : 'api');
    },
    newConversation({ draft, ...said } = {}) {
      openNew(core, draft);
      if (Object.keys(said)[0]) core.run('setConversation', said);
    },
    identify(user) {
      core.user = user;
      client.identify(user);
    },
    setAttributes: client.setAttributes,
    track: client.track,
    logout() {
      core.user = undefined;
      client.logout();
      core.run('endNotices');
    },
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
  const run: Run = (command, ...args) => {
    const failed = (error: unknown) => exits.fail('call_failed', `The call ${command}`, error);
    try {
      const method = all[command];
      return method ? method(...(args as never[])) : rare(command, ...args).catch(failed);
    } catch (error) {
      return failed(error);
    }
  };
  if (core.options.consent === 'denied') run('consent');
  return {
    run,
    update(options) {
      // The page's newest word on the language outdoes what the visitor chose before it.
      if (options.language !== core.options.language) client.choose('language', '');
      const isOther = options.consent !== core.options.consent;
      core.options = mind(options);
      if (isOther) run('consent');
      void applyLook(core);
    },
    destroy() {
      client.stop();
      for (const step of undo.splice(0).reverse()) step();
      // What was on its way then is undone as it comes.
      undo.push = (late) => late() as never;
    },
  };
}
