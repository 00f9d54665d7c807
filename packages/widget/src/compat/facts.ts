import { after } from '../lib/soon.ts';
import type { Scalar, User } from '../options.ts';
import { type Chat, known, warn } from './chat.ts';

type Facts = Record<string, Scalar>;

/** What fits: plain values under names of letters, digits, `_`, `.` and `-`. The others are named. */
export function factsOf(said: unknown, vendor: string): Facts {
  const facts: Facts = {};
  for (const [name, value] of Object.entries(said ?? {})) {
    const fact = value instanceof Date ? value.toISOString() : value;
    if (Object(fact) === fact) warn(vendor, `${name}, which is no plain value,`);
    else if (fact !== undefined)
      facts[name.replace(/[^\w.-]/g, '_').replace(/^[^a-z]/i, 'x$&')] =
        typeof fact === 'string' ? fact.slice(0, 1000) : fact;
  }
  return facts;
}

export interface Known {
  user: User;
  facts: Facts;
  /** Adds to what is known; told to the widget once for all that is said in one turn. */
  tell(user: User, facts?: unknown): void;
  /** Logs out whoever was here. */
  forget(): void;
}

/** Vendors take a person in pieces, one call for the name and one for the address. */
export function know({ run }: Pick<Chat, 'run'>, vendor: string): Known {
  let isTelling = false;
  /** Under way: the panel, which it waits for, would hear of the next person first. */
  let logout: unknown;
  const flush = () => {
    isTelling = false;
    if (Object.keys(it.user).length > 0) run('identify', it.user);
    if (Object.keys(it.facts).length > 0) run('setAttributes', it.facts);
  };
  const it: Known = {
    user: {},
    facts: {},
    tell(user, facts) {
      // Nothing of the one before, a proof and what they wrote least of all.
      if (user.id && it.user.id && user.id !== it.user.id) it.forget();
      Object.assign(it.user, known(user));
      Object.assign(it.facts, factsOf(facts, vendor));
      if (!isTelling) queueMicrotask(() => void after(logout, flush));
      isTelling = true;
    },
    forget() {
      it.user = {};
      it.facts = {};
      logout = run('logout');
    },
  };
  return it;
}
