import type { Call, Run, WidgetEvents, WidgetState } from './api.ts';
import type { PageEvents } from './events.ts';
import type { Hooks } from './hooks.ts';
import { watchClicks } from './host/clicks.ts';
import { createLauncher } from './host/launcher.ts';
import { createEmitter, type Emitter } from './lib/emitter.ts';
import type { WidgetOptions } from './options.ts';
import type { Panel, PanelFile } from './panel.tsx';

/** Hooks are kept as listeners are: in order, and gone once undone. */
interface Asked {
  use: (hooks: Hooks) => void;
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

/**
 * `immediate`, `idle`, `interaction` or `manual`; without consent there is no fetching ahead, whatever the page
 * wants: `required`, `denied`. Told apart by their first letters, in a file where every byte counts.
 */
const when = ({ consent, defer, mode }: WidgetOptions) =>
  consent === 'granted' ? (defer ?? (mode === 'inline' ? 'immediate' : 'interaction')) : consent;

/** Whether the panel is fetched before anybody asks. Storage keeps a page waiting: only once it is shown. */
const isWanted = (options: WidgetOptions): boolean =>
  /^i[md]/.test(when(options) as string) ||
  (!/^[mr]/.test(when(options) as string) && wasHere(options));

/** What needs nobody but the page's own listeners; they hear that it all works once they are there. */
function listening(emitter: Emitter<WidgetEvents & Asked>) {
  queueMicrotask(() => {
    emitter.emit('ready', {});
    document.dispatchEvent(new Event('throughline:ready', { bubbles: true }));
  });
  return {
    on: emitter.on,
    once: emitter.once,
    off: emitter.off,
    use: (hooks: Hooks) => emitter.on('use', (take) => take(hooks)),
    ready: async () => {},
  };
}

/**
 * Puts the round button on the page and takes calls by name. This is all a page view loads: nearly every
 * method is the panel's, which comes when somebody is about to need it.
 */
export function createRun(given: WidgetOptions, load: () => Promise<PanelFile>): Run {
  const options: WidgetOptions = { consent: 'granted', ...given };
  const emitter = createEmitter<WidgetEvents & Asked>();
  const end = new AbortController();
  const launcher = createLauncher({
    click: () => run('toggle', 'launcher'),
    intent: () => /^i/.test(when(core.options) as string) && wake(),
  });
  const core = { options, emitter, launcher, run };
  /** Calls that need no panel before there is one for another reason. */
  const waiting: Call[] = [];
  let panel: Panel | undefined;
  let loading: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function mount(): Promise<void> {
    clearTimeout(timer);
    timer = setTimeout(() => launcher.set({ busy: true }), BUSY_AFTER_MS);
    try {
      const { mountPanel } = await load();
      if (end.signal.aborted) return;
      panel = mountPanel(core);
      for (const call of waiting.splice(0)) panel.run(...call);
    } catch (error) {
      // The next try starts afresh: a lost network is no reason to stay without a chat.
      loading = undefined;
      if (!end.signal.aborted) emitter.emit('widget.error', loadFailed(error));
    }
    clearTimeout(timer);
    launcher.set({ busy: false });
  }
  const wake = () => (loading ??= mount());

  function update(change: Partial<WidgetOptions>): void {
    const now = { ...core.options, ...change };
    core.options = now;
    launcher.set({
      ...change,
      hidden: now.hideLauncher ?? (now.mode === 'inline' && now.consent === 'granted'),
    });
    panel?.update(now);
    clearTimeout(timer);
    timer = setTimeout(() => isWanted(now) && wake(), when(now) === 'immediate' ? 0 : IDLE_MS);
  }

  const here: Record<string, (...args: never[]) => unknown> = {
    ...listening(emitter),
    update,
    setConsent: (consent: 'granted') => update({ consent }),
    showLauncher: () => update({ hideLauncher: false }),
    hideLauncher: () => update({ hideLauncher: true }),
    getState: () => panel?.run('getState') ?? asleep,
    destroy() {
      end.abort();
      clearTimeout(timer);
      panel?.destroy();
      launcher.host.remove();
      emitter.clear();
    },
  };

  function run(...call: Call): unknown {
    const [command, ...args] = call;
    if (end.signal.aborted) return undefined;
    if (here[command]) return here[command](...(args as never[]));
    if (panel) return panel.run(...call);
    // get…, goal, identify, set…, track, page and logout, which is urgent: in the order they came in.
    if (/^(g|i|set|tr|pa|lo)/.test(command)) {
      waiting.push(call);
      return /^lo/.test(command) ? wake() : undefined;
    }
    // Closing comes behind an opening that is still under way.
    return command === 'close' && !loading ? undefined : wake().then(() => panel?.run(...call));
  }

  launcher.set({ label: (options.texts?.open as string) ?? 'Open chat' });
  update(options);
  // Beside the body: routers that swap it leave us alone, and a script in the head need not wait.
  document.documentElement.append(launcher.host);
  if (!options.name) watchClicks(run, end.signal);
  return run;
}
