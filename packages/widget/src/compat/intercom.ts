import type { Widget } from '../api.ts';
import type { User } from '../options.ts';
import { type Chat, chatOf, known, type Options, safely, warn, whenReady } from './chat.ts';
import { factsOf, know } from './facts.ts';

type Said = Record<string, unknown>;
type Intercom = ((...call: unknown[]) => unknown) & { q?: ArrayLike<unknown>[] };
interface Page {
  Intercom?: Intercom;
  intercomSettings?: Said;
}

/** What of a person's data is none of the facts about them. */
const SETTINGS =
  /^(app_id|api_base|user_id|user_hash|intercom_user_jwt|email|name|avatar|compan(y|ies)|alignment|(horizontal|vertical)_padding|z_index|language_override|(action|background)_color|hide_default_launcher|custom_launcher_selector|session_duration)$/;

/** One that our own relay can judge names its audience; Intercom's own would only shut the visitor out. */
function isOurs(token: unknown): token is string {
  try {
    const [, payload = ''] = String(token).split('.');
    return 'aud' in JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
  } catch {
    return false;
  }
}

function userOf({ user_id: id, email, name, user_hash, intercom_user_jwt: token }: Said): User {
  if (user_hash) warn('Intercom', 'user_hash');
  if (token && !isOurs(token)) warn('Intercom', 'intercom_user_jwt');
  return known({
    id: id == null ? undefined : `${id}`,
    email,
    name,
    token: isOurs(token) ? token : undefined,
  }) as User;
}

const lookOf = (said: Said): Options =>
  known({
    hideLauncher: said.hide_default_launcher,
    position: said.alignment,
    offsetX: said.horizontal_padding,
    offsetY: said.vertical_padding,
    zIndex: said.z_index,
    language: said.language_override,
    accent: said.action_color ?? said.background_color,
  }) as Options;

function personOf(chat: Chat) {
  const person = know(chat, 'Intercom');
  return {
    forget: person.forget,
    tell(said: Said): void {
      const { company, companies, avatar } = said;
      const [first = company, ...others] = (companies ?? []) as Said[];
      const { name, id, company_id, ...more } = (first ?? {}) as Said;
      if (others.length > 0) warn('Intercom', 'a second company');
      for (const fact of Object.keys(more)) warn('Intercom', `${fact} of a company`);
      if (said.session_duration !== undefined) warn('Intercom', 'session_duration');
      person.tell(userOf(said), {
        ...Object.fromEntries(Object.entries(said).filter(([key]) => !SETTINGS.test(key))),
        company: name ?? company_id ?? id,
        avatar: (avatar as Said | undefined)?.image_url,
      });
    },
  };
}

/** A page's own button: while it is watched, a click on what the selector names opens the chat. */
function ownButton({ run }: Chat) {
  let selector = '';
  function open(event: MouseEvent): void {
    if (!(event.target as Element).closest?.(selector)) return;
    event.preventDefault();
    run('open');
  }
  return {
    forget: () => document.removeEventListener('click', open),
    watch(named: unknown): void {
      try {
        document.querySelector(`${named}`);
        selector = `${named}`;
        document.addEventListener('click', open);
      } catch {
        warn('Intercom', 'custom_launcher_selector, which is no selector,');
      }
    },
  };
}

function commandsOf(page: Page, chat: Chat): Record<string, (...args: never[]) => unknown> {
  const { run } = chat;
  const person = personOf(chat);
  const button = ownButton(chat);
  /** Until the next boot: settings of the page may be of whoever was here. */
  let isShut = false;
  const heard = (type: string) => (then: () => void) => run('on', type, () => then());
  function take(said: Said, look: Options): void {
    if (said.custom_launcher_selector) button.watch(said.custom_launcher_selector);
    if (Object.keys(look).length > 0) chat.apply(look, said.app_id);
    person.tell(said);
  }
  return {
    boot(said: Said = page.intercomSettings ?? {}) {
      isShut = false;
      take(said, { hideLauncher: false, ...lookOf(said) });
    },
    update(said: Said = page.intercomSettings ?? {}) {
      if (isShut) return;
      take(said, lookOf(said));
      run('page');
    },
    shutdown() {
      person.forget();
      button.forget();
      isShut = true;
      run('close');
      run('hideLauncher');
    },
    show: () => run('open'),
    hide: () => run('close'),
    showMessages: () => run('open', 'list'),
    showSpace: (space: string) =>
      /^(home|messages)$/.test(space)
        ? run('open', space === 'home' ? '' : 'list')
        : warn('Intercom', `showSpace ${space}`),
    showNewMessage: (draft?: string) => run('newConversation', { draft }),
    showConversation: (id: unknown) => run('open', { conversation: `${id}` }),
    showArticle: (id: unknown) => run('open', { article: `${id}` }),
    trackEvent: (name: string, properties?: Said) =>
      run('track', name, factsOf(properties, 'Intercom')),
    getVisitorId: () => run('getVisitorId'),
    onReady: whenReady(chat),
    onShow: heard('widget.opened'),
    onHide: heard('widget.closed'),
    onUnreadCountChange: (then: (count: number) => void) =>
      run('on', 'unread.changed', ({ count }: { count: number }) => then(count)),
    onUserEmailSupplied: (then: () => void) =>
      run('on', 'contact.identified', ({ data }: { data: Said }) => data.email && then()),
    // Of the snippet itself, on a page that is shown again.
    reattach_activator: () => {},
  };
}

/** Puts `window.Intercom` on the page; what its stub has kept is played in order. */
export function intercom(chat: Chat): void {
  const page = window as Page;
  // Somebody's own, and no stub.
  if (page.Intercom && !page.Intercom.q) return;
  const waiting = page.Intercom?.q ?? [];
  const commands = commandsOf(page, chat);
  const call: Intercom = safely((name, ...args) =>
    Object.hasOwn(commands, `${name}`)
      ? commands[`${name}`]?.(...(args as never[]))
      : warn('Intercom', `${name}`),
  );
  page.Intercom = call;
  if (page.intercomSettings) call('boot', page.intercomSettings);
  for (const early of Array.from(waiting)) call(...Array.from(early));
}

/**
 * Lets a page that was made for Intercom keep its calls: `Intercom('show')` opens this widget. What has no
 * counterpart is told once on the console.
 */
export const installIntercom = (widget: Widget): void => intercom(chatOf(widget));
