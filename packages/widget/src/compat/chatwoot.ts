import type { Widget, WidgetState } from '../api.ts';
import type { PageEvents } from '../events.ts';
import { type Chat, chatOf, known, type Options, safely, warn, whenReady } from './chat.ts';
import { factsOf, type Known, know } from './facts.ts';

type Said = Record<string, unknown>;

/** What `chatwootSettings` says that has a counterpart. */
interface Settings {
  position?: 'left' | 'right';
  locale?: string;
  useBrowserLanguage?: boolean;
  hideMessageBubble?: boolean;
  darkMode?: string;
  welcomeDescription?: string;
  type?: string;
}
interface Page {
  $chatwoot?: object;
  chatwootSDK?: { run(said?: { websiteToken?: string; baseUrl?: string }): void };
  chatwootSettings?: Settings;
}

const themeOf = (scheme: unknown) =>
  /^(light|dark|auto)$/.test(`${scheme}`) ? (scheme as 'auto') : undefined;
const tagOf = (locale: string) => locale.replace('_', '-');

function lookOf(said: Settings): Options {
  const { position, locale, useBrowserLanguage, hideMessageBubble, darkMode, ...more } = said;
  const { welcomeDescription, type, ...others } = more;
  // The round button is the only one there is.
  const isOther = type !== undefined && type !== 'standard';
  for (const name of [...(isOther ? ['type'] : []), ...Object.keys(others)])
    warn('Chatwoot', `chatwootSettings ${name}`);
  return known({
    position,
    // Said, or the site's and the page's own would come before the browser's.
    language: useBrowserLanguage ? navigator.language : locale && tagOf(locale),
    hideLauncher: hideMessageBubble,
    theme: themeOf(darkMode),
    greeting: welcomeDescription,
  }) as Options;
}

function aboutPerson(chat: Chat, person: Known) {
  const { run } = chat;
  return {
    setUser(id: unknown, said: Said = {}) {
      const { name, email, identifier_hash, ...facts } = said;
      if (identifier_hash) warn('Chatwoot', 'setUser identifier_hash');
      person.tell(known({ id: `${id}`, name, email } as Known['user']), facts);
    },
    setCustomAttributes: (facts: Said) => person.tell({}, facts),
    deleteCustomAttribute: (name: string) => person.tell({}, { [name]: null }),
    setConversationCustomAttributes: (said: Said) =>
      run('setConversation', { attributes: factsOf(said, 'Chatwoot') }),
    deleteConversationCustomAttribute: (name: string) =>
      run('setConversation', { attributes: factsOf({ [name]: null }, 'Chatwoot') }),
    setLabel: (label = '') => run('setConversation', { addTags: [`${label}`] }),
    removeLabel: (label: string) => run('setConversation', { removeTags: [`${label}`] }),
    reset() {
      person.forget();
      run('close');
    },
  };
}

function objectOf(chat: Chat, settings: Settings): { hasLoaded: boolean } {
  const { run } = chat;
  return Object.assign(
    Object.create({
      get isOpen() {
        return (run('getState') as WidgetState | undefined)?.open === true;
      },
    }),
    {
      position: 'right',
      hideMessageBubble: false,
      ...settings,
      hasLoaded: false,
      toggle: (to?: string) => run(to === 'open' ? 'open' : to === 'close' ? 'close' : 'toggle'),
      toggleBubbleVisibility(this: Settings, to: string) {
        this.hideMessageBubble = to === 'hide';
        run(to === 'hide' ? 'hideLauncher' : 'showLauncher');
      },
      popoutChatWindow: () => run('popout'),
      setLocale: (locale = 'en') => run('setLocale', tagOf(locale)),
      setColorScheme: (scheme = 'light') => run('setTheme', themeOf(scheme) ?? 'light'),
      ...aboutPerson(chat, know(chat, 'Chatwoot')),
    },
  );
}

/** Our events, under the vendor's names. */
function listen({ run }: Chat, $chatwoot: { hasLoaded: boolean }): void {
  const tell = (name: string, detail?: unknown) =>
    window.dispatchEvent(new CustomEvent(`chatwoot:${name}`, { detail }));
  const on = <T extends keyof PageEvents>(type: T, then: (event: PageEvents[T]) => void) =>
    run('on', type, then);
  whenReady({ run })(() => {
    $chatwoot.hasLoaded = true;
    tell('ready');
  });
  run('on', 'unread.changed', ({ count }: { count: number }) =>
    tell('on-unread-message-count-changed', { unreadMessageCount: count }),
  );
  on('widget.opened', () => tell('opened'));
  on('widget.closed', () => tell('closed'));
  on('conversation.started', ({ conversation }) => tell('on-start-conversation', { conversation }));
  on('message.created', ({ id, time, conversation, actor, data }) =>
    tell('on-message', {
      id,
      content: data.text,
      content_type: 'text',
      message_type: actor.kind === 'visitor' ? 0 : 1,
      created_at: Math.floor(time / 1000),
      conversation_id: conversation,
    }),
  );
  on('message.action_clicked', ({ data }) => tell('postback', data));
  on('widget.error', ({ data }) => tell('error', data));
}

const METHOD = /^(set|add|remove|delete|toggle|open|close|send)[A-Z]/;

/** What is named as the vendor names methods can be called, known here or not. */
const forgiving = <T extends object>(known: T): T =>
  new Proxy(known, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value === 'function') return safely(value.bind(target));
      return name in target || !METHOD.test(String(name))
        ? value
        : () => warn('Chatwoot', String(name));
    },
  });

/** Puts `chatwootSDK` on the page, and `$chatwoot` once it runs. */
export function chatwoot(chat: Chat): void {
  const page = window as Page;
  function run({ websiteToken }: { websiteToken?: string } = {}): void {
    // The first one stays, as at the vendor.
    if (page.$chatwoot) return;
    const settings = page.chatwootSettings ?? {};
    const $chatwoot = objectOf(chat, settings);
    page.$chatwoot = forgiving($chatwoot);
    listen(chat, $chatwoot);
    chat.apply(lookOf(settings), websiteToken);
  }
  page.chatwootSDK ??= { run };
  if (chat.isHere) run();
}

/**
 * Lets a page that was made for Chatwoot keep its calls: `$chatwoot.toggle('open')` opens this widget, and
 * `chatwoot:…` is dispatched on the window. What has no counterpart is told once on the console.
 */
export const installChatwoot = (widget: Widget): void => chatwoot(chatOf(widget));
