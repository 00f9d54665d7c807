import type { Client } from './assemble.ts';
import type { ClientEvents, PageEvents } from './events.ts';
import type { Hooks } from './hooks.ts';
import { createLauncher, type Launcher } from './host/launcher.ts';
import { createEmitter, type Emitter } from './lib/emitter.ts';
import type { Scalar, User, WidgetOptions } from './options.ts';
import type { MountPanel, Panel, WidgetState } from './panel.tsx';

export type { WidgetState } from './panel.tsx';

export interface WidgetEvents extends ClientEvents {
  /** The button is there and every method works; the panel may not be loaded yet. */
  ready: Record<never, never>;
}

/** Hooks are kept as listeners are: in order, and gone once undone. */
interface Asked {
  use: (hooks: Hooks) => void;
}

/** What a page can do with its widget. Everything works at once; what needs the panel waits for it. */
export interface Widget extends Pick<Emitter<WidgetEvents>, 'on' | 'once' | 'off'> {
  /** Lets the page look at, change or stop messages and events on their way; hands back its undo. */
  use(hooks: Hooks): () => void;
  update(options: Partial<Omit<WidgetOptions, 'site' | 'relay'>>): void;
  /** Opens the panel, with a conversation if one is named. */
  open(target?: { conversation?: string }): void;
  close(): void;
  toggle(): void;
  showLauncher(): void;
  hideLauncher(): void;
  identify(user: User): void;
  setAttributes(attributes: Record<string, Scalar>): void;
  track(name: string, properties?: Record<string, Scalar>): void;
  /** Opens a conversation not begun yet, with words to start from. */
  newConversation(start?: { draft?: string }): void;
  /** Sends a message for the visitor; without a conversation, in a new one. */
  sendMessage(text: string, to?: { conversationId?: string }): void;
  logout(): void;
  getState(): WidgetState;
  /** Removes everything: nodes, listeners, timers, socket. */
  destroy(): void;
}

/** What there is to say before the panel has been loaded. */
const asleep: WidgetState = {
  open: false,
  status: 'idle',
  unread: 0,
  contact: null,
  conversations: [],
};

const BUSY_AFTER_MS = 200;
/** The page's own work comes first. */
const IDLE_MS = 1500;

interface Core {
  options: WidgetOptions;
  load: () => Promise<MountPanel>;
  emitter: Emitter<WidgetEvents & Asked>;
  launcher: Launcher;
  panel?: Panel;
  loading?: Promise<Panel> | undefined;
  /** Calls that wait for a client, in order. */
  waiting: ((client: Client) => void)[];
  gone?: true;
}

/** Puts the round button on the page; the rest is loaded when somebody is about to need it. */
export function createWidget(options: WidgetOptions, load: Core['load']): Widget {
  const emitter = createEmitter<WidgetEvents & Asked>();
  const launcher = createLauncher({
    click: () => withPanel(core, (panel) => panel.toggle('launcher')),
    intent: () => withPanel(core, () => {}),
  });
  const core: Core = { options, load, emitter, launcher, waiting: [] };
  // The words until a language is loaded.
  launcher.set({ ...options, label: 'Open chat', hidden: options.hideLauncher });
  (document.body ?? document.documentElement).append(launcher.host);
  if (wasHere(options)) setTimeout(() => core.gone || withPanel(core, () => {}), IDLE_MS);
  queueMicrotask(() => emitter.emit('ready', {}));
  return methods(core);
}

/** A visitor who wrote before may have an answer waiting; everybody else costs nothing. */
function wasHere({ site, storage }: WidgetOptions): boolean {
  try {
    const area = storage === 'session' ? sessionStorage : localStorage;
    return storage !== 'none' && area.getItem(`throughline:${site}`) !== null;
  } catch {
    return false;
  }
}

/** What makes an id, and tells the rest of the page, is in the file that did not come. */
const loadFailed = (error: unknown): PageEvents['widget.error'] => ({
  id: '',
  type: 'widget.error',
  time: Date.now(),
  conversation: null,
  actor: null,
  data: { code: 'load_failed', message: `${error}`, fatal: true },
});

function loadPanel(core: Core): Promise<Panel> {
  const { launcher } = core;
  const busy = setTimeout(() => launcher.set({ busy: true }), BUSY_AFTER_MS);
  const loading = core
    .load()
    .finally(() => {
      clearTimeout(busy);
      launcher.set({ busy: false });
    })
    .then((mountPanel) => {
      if (core.gone) throw new Error('gone');
      const panel = mountPanel(core);
      core.panel = panel;
      for (const run of core.waiting.splice(0)) run(panel.client);
      return panel;
    });
  loading.catch((error) => {
    // The next try starts afresh: a lost network is no reason to stay without a chat.
    core.loading = undefined;
    if (!core.gone) core.emitter.emit('widget.error', loadFailed(error));
  });
  return loading;
}

/** Runs once the panel is there; failures were told as `widget.error`. */
function withPanel(core: Core, run: (panel: Panel) => void): void {
  core.loading ??= loadPanel(core);
  if (core.panel) run(core.panel);
  else core.loading.then(run, () => {});
}

type Method = (...args: never[]) => void;

/** A method of each name that does the same of the panel's, or the client's, when there is one. */
const forward = <N extends keyof Widget>(
  names: readonly N[],
  call: (run: (target: Record<N, Method>) => void) => void,
): Pick<Widget, N> =>
  Object.fromEntries(
    names.map((name) => [name, (...args: never[]) => call((target) => target[name](...args))]),
  ) as unknown as Pick<Widget, N>;

function methods(core: Core): Widget {
  const { emitter, launcher } = core;
  return {
    on: emitter.on,
    once: emitter.once,
    off: emitter.off,
    use: (hooks) => emitter.on('use', (take) => take(hooks)),
    ...forward(['open', 'toggle', 'newConversation', 'sendMessage', 'logout'], (run) =>
      withPanel(core, run),
    ),
    // What concerns the visitor waits until somebody opens the chat; a page view alone tells nobody.
    ...forward(['identify', 'setAttributes', 'track'], (run) => {
      if (core.panel) run(core.panel.client);
      else core.waiting.push(run);
    }),
    close() {
      // Behind an opening that is still under way.
      if (core.loading) withPanel(core, (panel) => panel.close());
    },
    update(change) {
      core.options = { ...core.options, ...change };
      launcher.set({ ...change, hidden: change.hideLauncher });
      core.panel?.update(core.options);
    },
    showLauncher: () => launcher.set({ hidden: false }),
    hideLauncher: () => launcher.set({ hidden: true }),
    getState: () => core.panel?.getState() ?? asleep,
    destroy() {
      core.gone = true;
      core.panel?.destroy();
      launcher.host.remove();
      emitter.clear();
    },
  };
}
