import type { Widget, WidgetState } from '../api.ts';
import type { PageEvents } from '../events.ts';
import type { User } from '../options.ts';
import { type Chat, chatOf, type Options, safely, warn, whenReady } from './chat.ts';
import { factsOf, type Known, know } from './facts.ts';

type Call = [verb: string, method?: unknown, value?: unknown];
type Listener = (value?: unknown) => void;
type Methods = Record<string, (...args: never[]) => unknown>;

interface Crisp {
  push(...calls: Call[]): void;
  is(method: string): unknown;
  get(method: string, key?: unknown): unknown;
}
interface Page {
  $crisp?: Crisp | Call[];
  CRISP_WEBSITE_ID?: string;
  CRISP_RUNTIME_CONFIG?: { locale?: string; [setting: string]: unknown };
  CRISP_READY_TRIGGER?: () => void;
}

interface Core {
  chat: Chat;
  person: Known;
  /** One for each name, as the vendor has it. */
  listeners: Record<string, Listener | undefined>;
  /** Words for a field that nobody has opened yet. */
  draft: string | null;
  isHidden: boolean;
  isAvailable: boolean;
  ready: (then: () => void) => void;
}

const stateOf = ({ chat }: Core): Partial<WidgetState> =>
  (chat.run('getState') as WidgetState | undefined) ?? {};

const doing = (core: Core): Methods => {
  const { run } = core.chat;
  return {
    'chat:open': () => run('open'),
    'chat:close': () => run('close'),
    'chat:toggle': () => run('toggle'),
    // The button, not the panel.
    'chat:show'() {
      core.isHidden = false;
      run('showLauncher');
    },
    'chat:hide'() {
      core.isHidden = true;
      run('hideLauncher');
    },
    'session:reset': () => core.person.forget(),
    'helpdesk:article:open': (_language: string, article: string) => run('open', { article }),
    // The vendor has one conversation that goes on.
    'message:send': (type: string, text: string) =>
      type === 'text'
        ? run('sendMessage', text, { ongoing: true })
        : warn('Crisp', `do message:send ${type}`),
  };
};

/** A drawer's key and value, or a list of such pairs. */
function pairsOf(key: unknown, value: unknown): Record<string, unknown> {
  return Array.isArray(key) ? Object.fromEntries(key) : { [`${key}`]: value };
}

const setting = (core: Core): Methods => {
  const { chat, person } = core;
  /** What is ours to keep by name, and is told to whoever listens for its change. */
  const tell = (method: string, user: User, facts?: unknown) => {
    person.tell(user, facts);
    core.listeners[`${method}:changed`]?.(user.email ?? user.name ?? Object.values(facts ?? {})[0]);
  };
  return {
    'user:email'(email: string, proof?: unknown) {
      if (proof) warn('Crisp', 'set user:email signature');
      tell('user:email', { email });
    },
    'user:nickname': (name: string) => tell('user:nickname', { name }),
    'user:phone': (phone: string) => tell('user:phone', {}, { phone }),
    'user:avatar': (avatar: string) => tell('user:avatar', {}, { avatar }),
    'user:company'(company: string, { url, ...more }: Record<string, unknown> = {}) {
      for (const fact of Object.keys(more)) warn('Crisp', `set user:company ${fact}`);
      person.tell({}, { company, company_url: url });
    },
    'session:data': (key: unknown, value?: unknown) => person.tell({}, pairsOf(key, value)),
    'session:segments'(segments: unknown, overwrite?: boolean) {
      if (overwrite) warn('Crisp', 'set session:segments overwrite');
      chat.run('setConversation', { addTags: [segments].flat().map(String) });
    },
    'session:event'(...said: unknown[]) {
      // `name`, `[name, data]`, or a list of such.
      const [first] = said;
      const all = Array.isArray(first) && Array.isArray(first[0]) ? first : said;
      for (const [name, data, colour] of all.map((one) => [one].flat(1))) {
        if (colour) warn('Crisp', 'set session:event colour');
        chat.run('track', name, factsOf(data, 'Crisp'));
      }
    },
    'message:text'(draft: string) {
      if (stateOf(core).open) chat.run('newConversation', { draft });
      else core.draft = draft;
    },
  };
};

const configuring = ({ chat }: Core): Methods => ({
  'position:reverse': (isLeft = true) => chat.apply({ position: isLeft ? 'left' : 'right' }),
});

const asking = (core: Core): Record<string, () => unknown> => ({
  'chat:opened': () => stateOf(core).open === true,
  'chat:closed': () => stateOf(core).open !== true,
  'chat:visible': () => !core.isHidden,
  'chat:hidden': () => core.isHidden,
  'chat:small': () => innerWidth < 480,
  'chat:large': () => innerWidth >= 480,
  'session:ongoing': () => (stateOf(core).conversations ?? []).length > 0,
  'website:available': () => core.isAvailable,
});

const getting = (core: Core): Record<string, (key?: string) => unknown> => {
  const { person } = core;
  return {
    'chat:unread:count': () => stateOf(core).unread ?? 0,
    'message:text': () => core.draft,
    'session:identifier': () => core.chat.run('getVisitorId') ?? null,
    'session:data': (key) => (key ? (person.facts[key] ?? null) : person.facts),
    'user:email': () => person.user.email ?? null,
    'user:nickname': () => person.user.name ?? null,
    'user:phone': () => person.facts.phone ?? null,
    'user:avatar': () => person.facts.avatar ?? null,
    'user:company': () => person.facts.company ?? null,
  };
};

/** Our events, under the vendor's names. */
function listen(core: Core): void {
  const { run } = core.chat;
  const tell = (name: string, value?: unknown) => core.listeners[name]?.(value);
  const on = <T extends keyof PageEvents>(type: T, then: (event: PageEvents[T]) => void) =>
    run('on', type, then);
  core.ready(() => (window as Page).CRISP_READY_TRIGGER?.());
  on('widget.opened', () => {
    const { draft } = core;
    core.draft = null;
    if (draft !== null) run('newConversation', { draft });
    tell('chat:opened');
  });
  on('widget.closed', () => tell('chat:closed'));
  on('conversation.started', () => tell('chat:initiated'));
  on('message.created', ({ id, time, actor, data }) => {
    const isMine = actor.kind === 'visitor';
    tell(isMine ? 'message:sent' : 'message:received', {
      type: 'text',
      content: data.text,
      from: isMine ? 'user' : 'operator',
      origin: 'chat',
      timestamp: time,
      fingerprint: id,
    });
  });
  on('availability.changed', ({ data }) => {
    core.isAvailable = data.available;
    tell('website:availability:changed', data.available);
  });
}

const HEARD =
  /^(session:loaded|chat:(initiated|opened|closed)|message:(sent|received)|user:(email|nickname|phone|avatar):changed|website:availability:changed)$/;

function verbsOf(core: Core): Record<string, (method: string, value: unknown) => unknown> {
  const take =
    (verb: string, methods: Methods) =>
    (name: string, value: unknown = []) =>
      Object.hasOwn(methods, name)
        ? methods[name]?.(...([value].flat(1) as never[]))
        : warn('Crisp', `${verb} ${name}`);
  return {
    do: take('do', doing(core)),
    set: take('set', setting(core)),
    config: take('config', configuring(core)),
    on(name, then) {
      if (!HEARD.test(name)) return warn('Crisp', `on ${name}`);
      core.listeners[name] = then as Listener;
      if (name === 'session:loaded')
        core.ready(() => core.listeners[name]?.(core.chat.run('getVisitorId')));
      return undefined;
    },
    off(name) {
      core.listeners[name] = undefined;
    },
    // Of warnings, which are one each here.
    safe: () => {},
  };
}

/** What the vendor's snippet takes beside the site's id. */
const SETTINGS = ['CRISP_TOKEN_ID', 'CRISP_COOKIE_DOMAIN', 'CRISP_COOKIE_EXPIRE'];

/** Puts `window.$crisp` on the page in place of the list, and plays what was pushed on it. */
export function crisp(chat: Chat): void {
  const page = window as Page;
  const waiting = page.$crisp ?? [];
  // Somebody's own, and no list.
  if (!Array.isArray(waiting)) return;
  const core: Core = {
    chat,
    person: know(chat, 'Crisp'),
    listeners: {},
    draft: null,
    isHidden: false,
    isAvailable: true,
    ready: whenReady(chat),
  };
  const verbs = verbsOf(core);
  const read = (verb: string, methods: Record<string, (key?: string) => unknown>) =>
    safely((name: string, key?: unknown) =>
      Object.hasOwn(methods, name)
        ? methods[name]?.([key].flat(1)[0] as string)
        : warn('Crisp', `${verb} ${name}`),
    );
  const play = safely(([verb, name, value]: Call) =>
    Object.hasOwn(verbs, verb) ? verbs[verb]?.(`${name}`, value) : warn('Crisp', verb),
  );
  const $crisp: Crisp = {
    ...verbs,
    push: (...calls) => calls.forEach((call) => void play(call)),
    is: read('is', asking(core)),
    get: read('get', getting(core)),
  };
  page.$crisp = $crisp;
  listen(core);
  const { locale: language, ...more } = page.CRISP_RUNTIME_CONFIG ?? {};
  for (const name of Object.keys(more)) warn('Crisp', `CRISP_RUNTIME_CONFIG ${name}`);
  for (const name of SETTINGS) if (name in page) warn('Crisp', name);
  const look: Options = language ? { language } : {};
  chat.apply(look, page.CRISP_WEBSITE_ID);
  $crisp.push(...waiting);
}

/**
 * Lets a page that was made for Crisp keep its calls: `$crisp.push(['do', 'chat:show'])` shows the button.
 * What has no counterpart is told once on the console.
 */
export const installCrisp = (widget: Widget): void => crisp(chatOf(widget));
