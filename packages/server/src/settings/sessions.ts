import type { Clock } from '../lib/clock.ts';
import { hashToken, newToken, verifyPassword } from '../lib/secrets.ts';
import type { Agent, Session, Store } from '../store/store.ts';

const SESSION_MS = 14 * 24 * 3600 * 1000;

export interface SignedIn {
  agent: Agent;
  session: Session;
}

export interface NewSession extends SignedIn {
  /** Goes into the cookie; only its hash is stored. */
  token: string;
}

export interface Sessions {
  /** Undefined when the pair is wrong, whichever half. */
  signIn(email: string, password: string): Promise<NewSession | undefined>;
  signOut(tokenHash: string): Promise<void>;
  /** Opens a session for an agent who has proved who they are. */
  open(agent: Agent): Promise<NewSession>;
  /** Whose session this token is, if it still is one. */
  whoIs(token: string): Promise<SignedIn | undefined>;
  /** Which of these sessions are still good. */
  stillValid(tokenHashes: string[]): Promise<Set<string>>;
}

export function createSessions(store: Store, now: Clock): Sessions {
  const { read } = store;

  async function open(agent: Agent): Promise<NewSession> {
    const token = newToken();
    const createdAt = now();
    const session: Session = {
      tokenHash: hashToken(token),
      agent: agent.id,
      csrf: newToken(),
      createdAt,
      expiresAt: createdAt + SESSION_MS,
    };
    await store.write('agents', async (tx) => {
      await tx.sessions.removeExpired(createdAt);
      await tx.sessions.insert(session);
    });
    return { agent, session, token };
  }

  return {
    open,

    async signIn(email, password) {
      const agent = await read.agents.byEmail(email);
      const good = await verifyPassword(password, agent?.passwordHash ?? null);
      return good && agent && !agent.disabled ? open(agent) : undefined;
    },

    signOut: (tokenHash) => store.write('agents', (tx) => tx.sessions.remove(tokenHash)),

    async whoIs(token) {
      const session = await read.sessions.get(hashToken(token));
      if (!session || session.expiresAt <= now()) return undefined;
      const agent = await read.agents.get(session.agent);
      return agent && !agent.disabled ? { agent, session } : undefined;
    },

    stillValid: async (tokenHashes) => read.sessions.valid(tokenHashes, now()),
  };
}
