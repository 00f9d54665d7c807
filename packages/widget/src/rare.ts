import { uuidv7 } from '@throughline/shared';
import type { SiteConfig } from '@throughline/shared/schema';
import type { Call, Described, Run, Target, Widget } from './api.ts';
import { areaOf, type Client } from './assemble.ts';
import type { Send } from './hooks.ts';
import { readContext } from './host/context.ts';
import type { Exits } from './host/exits.ts';
import type { Handed } from './host/handover.ts';
import { popOut } from './host/popout.ts';
import type { Scalar, User, WidgetOptions } from './options.ts';
import { byActivity, threadOf } from './store/selectors.ts';
import type { State } from './store/state.ts';
import { draftOf, type Place } from './store/view.ts';
import type { ViewStore } from './ui/context.ts';
import { onGone } from './ui/parts/gone.ts';

interface Around {
  client: Client;
  view: ViewStore;
  send: Send;
  options: WidgetOptions;
  run: Run;
  exits: Pick<Exits, 'say' | 'fail'>;
  /** The panel was opened before it was known what goes on. */
  guess: object | null;
  /** Who the page said this is. */
  user?: User | undefined;
  undo: (() => void)[];
}

type Methods = Pick<
  Widget,
  | 'sendMessage'
  | 'loadMessages'
  | 'setConversation'
  | 'goal'
  | 'page'
  | 'setLocale'
  | 'setTheme'
  | 'popout'
> & {
  /** Leads the open panel where the page wants it, from where it was then. */
  openAt(target: NonNullable<Target>, from: Place): void;
  /** The visitor agreed to something else. */
  consent(): void;
  /** Logged out: nothing waits for them any more, and what comes by the browser's push service is not shown here. */
  endNotices(): Promise<void>;
  /** What another window needs to go on from here. */
  handOver(): Promise<Handed>;
  /** Goes on as another window did. */
  become(handed: Handed): void;
};

function methods(around: Around): Methods {
  const { client, view, send, options, run, exits } = around;
  return {
    openAt: (...said) => openAt(around, ...said),
    async sendMessage(text, to) {
      client.start();
      // Whoever it was for may be gone by then.
      if (to?.ongoing && !(await isSynced(client))) return;
      const ongoing = to?.ongoing ? ongoingOf(client.getState()) : null;
      const conversation = await send(text, to?.conversationId ?? ongoing);
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
      // By itself it would not be told.
      if (`${options.autoPage}` === 'false')
        exits.say('page.viewed', { page: { ...page, ...seen } });
    },
    async endNotices() {
      stopWaiting(client);
      if (options.push) await (await import('./ui/parts/push.ts')).endPush(options.push);
    },
    setLocale: (language) => void run('update', { language }),
    setTheme: (theme) => void run('update', { theme }),
    setConversation: (said) => describe(around, said),
    consent() {
      const { persist } = client;
      const wrote = persist.allowed;
      persist.keepIn(areaOf(options));
      if (wrote && persist.allow()) client.rejoin();
      if (options.consent === 'denied') removeKept(options.site);
      exits.say('consent.updated', { consent: options.consent ?? 'granted' });
    },
    ...windows(around),
  };
}

/**
 * Waits until the relay has told which conversations there are. Where it is away, or the page leaves, what is
 * known here has to do: nothing that was said is lost. False: the visitor was logged out meanwhile.
 */
async function isSynced({ getState, subscribe, persist }: Client): Promise<boolean> {
  const before = persist.read().token;
  while (getState().status === 'connecting') {
    await new Promise<void>((done) => {
      const stop = subscribe(() => {
        stop();
        done();
      });
    });
    if (before && !persist.read().token) return false;
  }
  return true;
}

const ongoingOf = (state: State): string | null =>
  byActivity(state).find(({ status }) => status === 'open')?.id ?? null;

/** As the page says it: `{ article: 'shipping' }`, `article:shipping`. */
const targetOf = (target: NonNullable<Target>): (string | undefined)[] =>
  typeof target === 'string' ? target.split(':') : (Object.entries(target)[0] ?? []);

/** Places that calls have led to. */
const led = new WeakSet<Place>();

/** Where nothing is named that there is, it stays where it is. */
function openAt({ client, view, exits }: Around, target: NonNullable<Target>, from: Place): void {
  const [kind = '', name] = targetOf(target);
  const place = placeOf(kind, name);
  const { open, place: now } = view.getState();
  // Closed meanwhile, or gone somewhere else but for a call before: the last word counts.
  if (!place || !open || (now !== from && !led.has(now))) return;
  led.add(place);
  if (place.conversation) client.follow(place.conversation);
  view.setState({ place, isQuiet: false });
  if (name && (kind === 'form' || kind === 'survey'))
    whenKnown(view, (site) => {
      if (!isThere(site, kind, name))
        exits.fail('call_failed', 'The call open', new TypeError(noSuch(kind, name)));
    });
}

/** The forms a site asks by itself have names as well: as `formOf` finds it, whose file comes with the form alone. */
const isThere = (site: SiteConfig, kind: 'form' | 'survey', name: string): boolean =>
  kind === 'form' && (name === 'prechat' || name === 'offline')
    ? site[name] !== undefined
    : site[`${kind}s`]?.some((one) => one.name === name) === true;

/** As soon as the site's configuration is there. */
function whenKnown(view: ViewStore, then: (site: SiteConfig) => void): void {
  const { site } = view.getState();
  if (site) {
    then(site);
    return;
  }
  const stop = view.subscribe(({ site: known }) => {
    if (!known) return;
    stop();
    then(known);
  });
}

const noSuch = (kind: string, name: string) => `Throughline: the site has no ${kind} "${name}".`;

function placeOf(kind: string, name: string | undefined): Place | undefined {
  if (kind === 'list') return { at: 'list' };
  if (!name) return undefined;
  if (kind === 'conversation') return { at: 'thread', conversation: name };
  if (kind === 'article') return { at: 'article', article: name };
  const isAsked = kind === 'form' || kind === 'survey';
  return isAsked ? { at: 'thread', conversation: null, asks: { [kind]: name } } : undefined;
}

/** Without what is undefined: it would win over the site's own. */
const plain = (said: object) => JSON.parse(JSON.stringify(said));

/** Under which name words wait that are typed and not sent. */
const draftAt = (conversation: string | null | undefined, asks: Place['asks']): string =>
  asks?.form ? draftOf(asks.form) : (conversation ?? 'new');

/** The chat in a window of its own, and what the two say to each other. */
const windows = ({
  client,
  view,
  options,
  run,
  user,
  undo,
}: Around): Pick<Methods, 'popout' | 'handOver' | 'become'> => ({
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
    const { asks } = place;
    const { id, name, email } = user ?? {};
    const token = typeof user?.token === 'function' ? await user.token() : user?.token;
    return {
      throughline: 'visitor',
      token: client.persist.allowed ? client.persist.read().token : undefined,
      conversation,
      asks,
      draft: client.draft(draftAt(conversation, asks)),
      user: user && plain({ id, name, email, token }),
      options: plain({ language, theme, accent, greeting, consent }),
    };
  },
  become({ token, conversation, asks, draft }) {
    const { persist } = client;
    if (token && token !== persist.read().token) {
      persist.clear();
      persist.keep({ token });
      persist.allow();
      client.rejoin();
    }
    if (draft) client.setDraft(draftAt(conversation, asks), draft);
    if (conversation) client.follow(conversation);
    if (conversation === undefined) return;
    // It would open by itself in a moment, and somewhere else.
    if (options.mode === 'inline') run('open');
    view.setState({ place: { at: 'thread', conversation, asks } });
  },
});

/** The newest that goes on and began after `since`; one that begins here, once its beginning is under way. */
const goingOn = ({ conversations, outbox }: State, since: string): string | undefined =>
  byActivity({ conversations }).find(
    ({ id, status, head }) =>
      status === 'open' &&
      id > since &&
      (head > 0 ||
        outbox.some(
          // A rating is no conversation yet.
          ({ name, input }) =>
            name === 'conversation:start' && input.conversation === id && !input.survey,
        )),
  )?.id;

/** Ends what waits for a conversation to begin. */
const waiting = new WeakMap<Client, Set<() => void>>();

function stopWaiting(client: Client): void {
  for (const stop of waiting.get(client) ?? []) stop();
}

/**
 * The conversation that is shown, or else goes on; where a new one is shown or none goes on, the one that
 * begins next.
 */
function describe(
  { client, view, guess, undo }: Pick<Around, 'client' | 'view' | 'guess' | 'undo'>,
  { attributes, topic, flow, addTags: add = [], removeTags: remove = [] }: Described,
): void {
  const facts: Record<string, Scalar> = plain({ ...attributes, topic, flow });
  const { place, open } = view.getState();
  const shown = place.at === 'thread' ? place.conversation : undefined;
  // Ids are as old as what they name.
  const since = open && shown === null && !guess ? uuidv7() : '';
  const say = (conversation = goingOn(client.getState(), since)) => {
    if (!conversation) return false;
    if (Object.keys(facts).length > 0)
      client.submit('conversation:describe', { id: uuidv7(), conversation, attributes: facts });
    if (add.length + remove.length > 0)
      client.submit('conversation:label', { id: uuidv7(), conversation, add, remove });
    return true;
  };
  if (say(shown ?? undefined)) return;
  const steps = [
    client.subscribe((state) => {
      const begun = goingOn(state, since);
      if (!begun) return;
      stop();
      say(begun);
    }),
    // It was said of another one's.
    onGone(client, () => stop()),
  ];
  const stops = waiting.get(client) ?? new Set();
  waiting.set(client, stops);
  const stop = () => {
    for (const step of steps) step();
    stops.delete(stop);
  };
  stops.add(stop);
  undo.push(stop);
}

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
