import type { Client } from './assemble.ts';
import type { PageEvent } from './events.ts';
import { isSendable } from './lib/sendable.ts';
import { after, isLater, type Soon } from './lib/soon.ts';

/** What the visitor, or the page for them, is about to send. */
export interface OutgoingMessage {
  text: string;
  /** Null: it begins a conversation. */
  conversationId: string | null;
}

/** A message about to be drawn. */
export interface ShownMessage {
  id: string;
  conversationId: string;
  /** The visitor's own. */
  mine: boolean;
  text: string;
  /** Of agents and bots, where there is room for it. */
  name?: string | undefined;
}

/**
 * What a page may change on the way. Each hands back what goes on, or null: then nothing does. A hook
 * that fails changes nothing and is told once, as `widget.error`.
 */
export interface Hooks {
  /** May change `text`. Null: it is not sent, and stays in the field. May take up to two seconds. */
  beforeSend?(message: OutgoingMessage): Soon<OutgoingMessage | null>;
  /** May change `text` and `name` as they are shown; the conversation stays as it is. */
  beforeDisplay?(message: ShownMessage): ShownMessage | null;
  /** The last look before an event reaches listeners, the document and mirrors. May change `data`. */
  beforeEvent?(event: PageEvent): PageEvent | null;
}

type Name = keyof Hooks;
interface Values {
  beforeSend: OutgoingMessage;
  beforeDisplay: ShownMessage;
  beforeEvent: PageEvent;
}

/** All of the page's hooks as one of each kind. */
export type HookChain = {
  [N in Exclude<Name, 'beforeSend'>]: (value: Values[N]) => Values[N] | null;
} & {
  beforeSend(message: OutgoingMessage): Soon<OutgoingMessage | null>;
};

/** Sends what the page lets through; tells into which conversation, or null where nothing was sent. */
export type Send = (
  text: string,
  conversationId: string | null,
  files?: string[],
) => Soon<string | null>;

export const sendThrough =
  ({ beforeSend }: HookChain, client: Pick<Client, 'sendMessage'>): Send =>
  (text, conversationId, files) =>
    after(beforeSend({ text, conversationId }), (message) => {
      const to = { conversationId: conversationId ?? undefined, files };
      return message && client.sendMessage(message.text, to).conversationId;
    });

const LIMIT_MS = 2000;

/** What a hook may change, and what that has to be. Everything else stays as it was. */
const changes: Record<Name, Record<string, (value: unknown) => boolean>> = {
  beforeSend: { text: isSendable },
  beforeDisplay: { text: isText, name: (name) => name === undefined || isText(name) },
  beforeEvent: { data: (data) => typeof data === 'object' && data !== null },
};

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function take<V extends object>(name: Name, value: V, said: V | null | undefined): V | null {
  if (said === null) return null;
  const taken: Record<string, unknown> = {};
  // A hook that only looks may forget to hand anything back.
  for (const [key, isRight] of Object.entries(said ? changes[name] : {})) {
    taken[key] = (said as Record<string, unknown>)[key];
    // Beside a file there may be no words.
    if (taken[key] !== value[key as keyof V] && !isRight(taken[key]))
      throw new TypeError(`${name} takes no such ${key}.`);
  }
  return { ...value, ...taken };
}

const soonEnough = <T>(slow: PromiseLike<T>): Promise<T> =>
  Promise.race([
    slow,
    new Promise<never>((_, fail) => {
      setTimeout(() => fail(new Error('It took too long.')), LIMIT_MS);
    }),
  ]);

/** `failed` hears of each hook that fails, once. */
export function chainHooks(
  all: () => Hooks[],
  failed: (name: Name, error: unknown) => void,
): HookChain {
  const blamed = new WeakSet<object>();

  function run<N extends Name>(name: N, hooks: Hooks, value: Values[N]): Soon<Values[N] | null> {
    const hook = hooks?.[name] as ((value: Values[N]) => Soon<Values[N] | null>) | undefined;
    if (typeof hook !== 'function') return value;
    const fail = (error: unknown) => {
      const isNew = !blamed.has(hook);
      blamed.add(hook);
      if (isNew) failed(name, error);
      return value;
    };
    try {
      const said = hook.call(hooks, structuredClone(value));
      if (name !== 'beforeSend' || !isLater(said)) return take(name, value, said as Values[N]);
      return soonEnough(said)
        .then((late) => take(name, value, late))
        .catch(fail);
    } catch (error) {
      return fail(error);
    }
  }

  const chain =
    <N extends Name>(name: N) =>
    (value: Values[N]): Soon<Values[N] | null> =>
      all().reduce<Soon<Values[N] | null>>(
        (soon, hooks) => after(soon, (now) => now && run(name, hooks, now)),
        value,
      );
  return {
    beforeSend: chain('beforeSend'),
    beforeDisplay: chain('beforeDisplay'),
    beforeEvent: chain('beforeEvent'),
  } as HookChain;
}
