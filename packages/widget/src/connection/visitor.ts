import { uuidv7 } from '@throughline/shared';
import type { Scalar, User } from '../options.ts';
import type { Persist } from '../store/persist.ts';
import type { RelayConnection } from './relay.ts';

export interface VisitorActions {
  /** Says who the visitor is: unverified, unless a `token` proves it. Saying it again is free. */
  identify(user: User): void;
  /** Null removes an attribute. Saying the same again is free. */
  setAttributes(attributes: Record<string, Scalar>): void;
  /** Something happened on the page that is worth knowing. */
  track(name: string, properties?: Record<string, Scalar>): void;
  /** Forgets this visitor here: token, conversations, what is unsent. The next start is a new visitor. */
  logout(): void;
}

interface Around {
  persist: Persist;
  relay: RelayConnection;
}

export function visitorActions({ persist, relay }: Around): VisitorActions {
  const { submit } = relay;
  let given: Pick<User, 'id' | 'token'> = {};
  const logout = () => {
    given = {};
    relay.logout();
  };

  return {
    identify(user) {
      const { id: externalId, name, email, token } = user;
      const { identified: known } = persist.read();
      // Of who was here before, nothing is theirs.
      if (isOther(known, user)) logout();
      // One function may fetch the tokens of one person after another.
      if (token && (token !== given.token || externalId !== given.id))
        relay.identify(typeof token === 'string' ? () => token : token);
      given = { id: externalId, token } as typeof given;
      const said = {
        ...(externalId && { externalId }),
        ...(name && { name }),
        ...(email && { email }),
      };
      const identified = JSON.stringify(said);
      if (identified === '{}' || known === identified) return;
      submit('contact:identify', { id: uuidv7(), ...said });
      persist.keep({ identified });
    },

    setAttributes(change) {
      const known = JSON.parse(persist.read().attributes ?? '{}');
      const attributes = Object.fromEntries(
        Object.entries(change).filter(([key, value]) => known[key] !== value),
      );
      if (Object.keys(attributes).length === 0) return;
      submit('contact:update', { id: uuidv7(), attributes });
      persist.keep({ attributes: JSON.stringify({ ...known, ...attributes }) });
    },

    track: (name, properties = {}) => submit('event:track', { id: uuidv7(), name, properties }),

    logout,
  };
}

/** Whether the page has said already that it is somebody else; of a token that shows when it is proven. */
function isOther(identified = '{}', { id, token }: User): boolean {
  const { externalId } = JSON.parse(identified);
  return !token && id && externalId && id !== externalId;
}
