import { randomUUIDv7 } from 'node:crypto';
import type { Role } from '@throughline/shared/schema';
import { AppError, StartupError } from '../lib/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { hashPassword, hashToken, newToken, verifyPassword } from '../lib/secrets.ts';
import type { Agent, Session, Store } from '../store/store.ts';

const SESSION_MS = 14 * 24 * 3600 * 1000;
const LINK_MS = 7 * 24 * 3600 * 1000;

export interface SignedIn {
  agent: Agent;
  session: Session;
}

export interface NewSession extends SignedIn {
  /** Goes into the cookie; only its hash is stored. */
  token: string;
}

export interface Agents {
  list(): Promise<Agent[]>;
  /** Undefined when the pair is wrong, whichever half. */
  signIn(email: string, password: string): Promise<NewSession | undefined>;
  signOut(tokenHash: string): Promise<void>;
  /** Whose session this token is, if it still is one. */
  whoIs(token: string): Promise<SignedIn | undefined>;
  /** Which of these sessions are still good. */
  stillValid(tokenHashes: string[]): Promise<Set<string>>;
  /** Whom a one-time link is for: an agent, or the first administrator still to be named. */
  checkLink(token: string): Promise<{ agent: Agent | null } | undefined>;
  /** Redeems a one-time link: sets name and password, ends older sessions, and signs in. */
  redeem(link: { token: string; name: string; password: string; email?: string | undefined }): Promise<NewSession>;
  /** Adds an agent; the token belongs in the one-time link that lets them choose a password. */
  invite(agent: { email: string; name: string; role: Role }): Promise<{ agent: Agent; token: string }>;
  /**
   * Makes sure somebody can administer this relay. With `admin`, they are made from it; else the
   * token for the first administrator's one-time link is returned, as long as there is nobody yet.
   */
  bootstrap(admin?: { email: string; password: string }): Promise<string | undefined>;
}

const nameFrom = (email: string): string => email.split('@')[0] ?? email;

export function createAgents(store: Store, now: Clock): Agents {
  const { read } = store;

  async function open(agent: Agent): Promise<NewSession> {
    const token = newToken();
    const at = now();
    const session: Session = {
      tokenHash: hashToken(token),
      agent: agent.id,
      csrf: newToken(),
      createdAt: at,
      expiresAt: at + SESSION_MS,
    };
    await store.write('agents', async (tx) => {
      await tx.sessions.removeExpired(at);
      await tx.sessions.insert(session);
    });
    return { agent, session, token };
  }

  const newAgent = (email: string, name: string, role: Role): Agent => ({
    id: randomUUIDv7(),
    email,
    name,
    role,
    passwordHash: null,
    disabled: false,
    createdAt: now(),
  });

  async function link(agent: string | null): Promise<string> {
    const token = newToken();
    await store.write('agents', async (tx) => {
      await tx.links.removeOpen(agent);
      await tx.links.insert({ tokenHash: hashToken(token), agent, expiresAt: now() + LINK_MS });
    });
    return token;
  }

  return {
    list: async () => read.agents.list(),

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

    async checkLink(token) {
      const found = await read.links.get(hashToken(token));
      if (!found || found.expiresAt <= now()) return undefined;
      return { agent: found.agent === null ? null : ((await read.agents.get(found.agent)) ?? null) };
    },

    async redeem({ token, name, password, email }) {
      const passwordHash = await hashPassword(password);
      const agent = await store.write('agents', async (tx) => {
        const found = await tx.links.get(hashToken(token));
        if (!found || found.expiresAt <= now()) throw new AppError('link_used');
        await tx.links.remove(found.tokenHash);
        const known = found.agent === null ? undefined : await tx.agents.get(found.agent);
        if (known?.disabled || (found.agent !== null && !known)) throw new AppError('link_used');
        if (known) {
          const after = { ...known, name, passwordHash };
          await tx.agents.save(after);
          await tx.sessions.removeOf(after.id);
          return after;
        }
        if (email === undefined) throw new AppError('bad_type', { detail: 'email' });
        if (await tx.agents.byEmail(email)) throw new AppError('bad_value', { detail: 'email' });
        const first = { ...newAgent(email, name, 'admin'), passwordHash };
        await tx.agents.insert(first);
        return first;
      });
      return open(agent);
    },

    async invite({ email, name, role }) {
      const known = await read.agents.byEmail(email);
      const agent = known ?? newAgent(email, name, role);
      if (!known) await store.write('agents', (tx) => tx.agents.insert(agent));
      return { agent, token: await link(agent.id) };
    },

    async bootstrap(admin) {
      const known = await read.agents.list();
      if (known.some(({ role, passwordHash }) => role === 'admin' && passwordHash)) return undefined;
      if (!admin) return link(null);
      if (admin.password.length < 12)
        throw new StartupError(
          'The first administrator’s password is shorter than 12 characters; choose a longer THROUGHLINE_ADMIN_PASSWORD.',
        );
      const agent = newAgent(admin.email, nameFrom(admin.email), 'admin');
      agent.passwordHash = await hashPassword(admin.password);
      await store.write('agents', (tx) => tx.agents.insert(agent));
      return undefined;
    },
  };
}
