import type { Call, Run, Widget } from './api.ts';
import { areaOf, type Client } from './assemble.ts';
import type { Send } from './hooks.ts';
import { readContext } from './host/context.ts';
import type { Handed } from './host/handover.ts';
import { popOut } from './host/popout.ts';
import type { User, WidgetOptions } from './options.ts';
import { threadOf } from './store/selectors.ts';
import type { ViewStore } from './ui/context.ts';

interface Around {
  client: Client;
  view: ViewStore;
  send: Send;
  options: WidgetOptions;
  run: Run;
  /** Who the page said this is. */
  user?: User | undefined;
  undo: (() => void)[];
}

type Methods = Pick<
  Widget,
  'sendMessage' | 'loadMessages' | 'goal' | 'page' | 'setLocale' | 'setTheme' | 'popout'
> & {
  /** The visitor agreed to something else. */
  consent(): void;
  /** Logged out: what comes for them by the browser's push service is not shown here any more. */
  endNotices(): Promise<void>;
  /** What another window needs to go on from here. */
  handOver(): Promise<Handed>;
  /** Goes on as another window did. */
  become(handed: Handed): void;
};

const methods = ({ client, view, send, options, run, user, undo }: Around): Methods => ({
  async sendMessage(text, to) {
    client.start();
    const conversation = await send(text, to?.conversationId ?? null);
    const { place } = view.getState();
    if (conversation && place.at === 'thread' && !place.conversation)
      view.setState({ place: { at: 'thread', conversation } });
  },
  async loadMessages({ conversation }) {
    client.start();
    client.follow(conversation);
    await client.loadOlder(conversation);
    return threadOf(client.getState(), conversation).flatMap((item) =>
      item.kind === 'message' && !item.deleted
        ? { id: item.id, mine: item.mine, text: item.text, time: item.time }
        : [],
    );
  },
  goal: (name, worth) => client.track('goal.reached', { goal: name, ...worth }),
  page({ url, title } = {}) {
    const { page, ...context } = readContext();
    const seen = { url: url ?? page?.url ?? '', title: title ?? page?.title ?? '' };
    client.setContext({ ...context, page: { ...page, ...seen } });
  },
  async endNotices() {
    if (options.push) await (await import('./ui/parts/push.ts')).endPush(options.push);
  },
  setLocale: (language) => void run('update', { language }),
  setTheme: (theme) => void run('update', { theme }),
  consent() {
    const { persist } = client;
    const wrote = persist.allowed;
    persist.keepIn(areaOf(options));
    if (wrote && persist.allow()) client.rejoin();
    if (options.consent === 'denied') removeKept(options.site);
  },
  popout() {
    undo.push(
      popOut(options, {
        handOver: () => run('handOver') as Promise<Handed>,
        become: (handed) => void run('become', handed),
      }),
    );
    run('close');
  },
  async handOver() {
    const { language, theme, accent, greeting, consent } = options;
    const { place } = view.getState();
    const conversation = place.at === 'thread' ? place.conversation : undefined;
    const token = typeof user?.token === 'function' ? await user.token() : user?.token;
    return {
      throughline: 'visitor',
      token: client.persist.allowed ? client.persist.read().token : undefined,
      conversation,
      draft: client.draft(conversation ?? 'new'),
      user: user && { ...user, token },
      // What is undefined would win over the site's own.
      options: JSON.parse(JSON.stringify({ language, theme, accent, greeting, consent })),
    };
  },
  become({ token, conversation, draft }) {
    const { persist } = client;
    if (token && token !== persist.read().token) {
      persist.clear();
      persist.keep({ token });
      persist.allow();
      client.rejoin();
    }
    if (draft) client.setDraft(conversation ?? 'new', draft);
    if (conversation) client.follow(conversation);
    if (conversation !== undefined) view.setState({ place: { at: 'thread', conversation } });
  },
});

/** Nothing stays behind of somebody who does not agree, of earlier pages either. */
function removeKept(site: string): void {
  for (const kind of ['localStorage', 'sessionStorage'] as const)
    try {
      const area = globalThis[kind];
      for (const key of Object.keys(area))
        if (`${key}:`.startsWith(`throughline:${site}:`)) area.removeItem(key);
    } catch {
      // Denied by the browser's settings: nothing was kept.
    }
}

/** Runs what few pages call: it is fetched at the first such call. */
export function runRare(around: Around, ...[command, ...args]: Call): unknown {
  const method = (methods(around) as Record<string, ((...args: never[]) => unknown) | undefined>)[
    command
  ];
  if (!method) throw new TypeError(`Throughline: there is no "${command}".`);
  return method(...(args as never[]));
}
