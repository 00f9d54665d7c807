import { randomUUIDv7 } from 'node:crypto';
import type { Role } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { hashPassword, hashToken, newToken } from '../lib/secrets.ts';
import type { Agent, Reads, SetupLink, Store, Tx } from '../store/store.ts';
import { held, isAdmin } from './accounts.ts';

const LINK_MS = 7 * 24 * 3600 * 1000;

interface Redemption {
  token: string;
  name: string;
  password: string;
  /** Asked of the first administrator only; everybody else was invited by address. */
  email?: string | undefined;
}

export interface Agents {
  list(): Promise<Agent[]>;
  /**
   * Adds an agent unless known; the token belongs in the one-time link that lets them choose a password.
   * Whoever is known stays what they are.
   * @throws AppError `wrong_status` where they are shut out
   */
  invite(agent: {
    email: string;
    name: string;
    role: Role;
  }): Promise<{ agent: Agent; token: string }>;
  /** Whom a one-time link is for: an agent, or (null) the first administrator still to be named. */
  checkLink(token: string): Promise<{ agent: Agent | null } | undefined>;
  /** Redeems a one-time link: sets name and password and ends older sessions. */
  redeem(redemption: Redemption): Promise<Agent>;
  /**
   * Makes sure somebody can administer this relay. With `admin`, they are made from it; else the
   * token for the first administrator's one-time link is returned, as long as there is nobody yet.
   */
  bootstrap(admin?: { email: string; password: string }): Promise<string | undefined>;
}

export function createAgents(store: Store, now: Clock): Agents {
  const { read } = store;
  const link = (agent: string | null) => issueLink(store, agent, now() + LINK_MS);
  return {
    list: async () => read.agents.list(),

    async invite(about) {
      const agent = await store.write('agents', async (tx) => {
        const known = await tx.agents.byEmail(about.email);
        if (known?.disabled) throw new AppError('wrong_status');
        if (known) return known;
        const made = newAgent(about, now());
        await tx.agents.insert(made);
        return made;
      });
      return { agent, token: await link(agent.id) };
    },

    async checkLink(token) {
      const found = await findLink(read, token, now());
      if (!found) return undefined;
      return {
        agent: found.agent === null ? null : ((await read.agents.get(found.agent)) ?? null),
      };
    },

    async redeem(redemption) {
      // Looked at before as well: nobody makes us hash passwords without a link.
      if (!(await findLink(read, redemption.token, now()))) throw new AppError('link_used');
      const passwordHash = await hashPassword(redemption.password);
      return store.write('agents', async (tx) => {
        const found = await takeLink(tx, redemption.token, now());
        const change = { name: redemption.name, passwordHash };
        return found.agent === null
          ? makeFirst(tx, { ...change, email: redemption.email }, now())
          : setPassword(tx, found.agent, change);
      });
    },

    async bootstrap(admin) {
      if (await hasAdmin(read)) return undefined;
      if (!admin) return link(null);
      const passwordHash = await hashPassword(admin.password);
      const { email } = admin;
      const [first = ''] = email.split(/[.@]/);
      const name = first.charAt(0).toUpperCase() + first.slice(1);
      await store.write('agents', (tx) => makeFirst(tx, { name, email, passwordHash }, now()));
      return undefined;
    },
  };
}

const hasAdmin = async ({ agents }: Reads): Promise<boolean> => (await agents.list()).some(isAdmin);

function newAgent(about: Pick<Agent, 'email' | 'name' | 'role'>, createdAt: number): Agent {
  return { id: randomUUIDv7(), ...about, passwordHash: null, disabled: false, createdAt };
}

async function issueLink(store: Store, agent: string | null, expiresAt: number): Promise<string> {
  const token = newToken();
  await store.write('agents', async (tx) => {
    await tx.links.removeOpen(agent);
    await tx.links.insert({ tokenHash: hashToken(token), agent, expiresAt });
  });
  return token;
}

/** The link, while it is open. */
async function findLink(
  { links }: Reads,
  token: string,
  now: number,
): Promise<SetupLink | undefined> {
  const found = await links.get(hashToken(token));
  return found && found.expiresAt > now ? found : undefined;
}

/** Once: the second of two who redeem the same link finds it gone. */
async function takeLink(tx: Tx, token: string, now: number): Promise<SetupLink> {
  const found = await findLink(tx, token, now);
  if (!found) throw new AppError('link_used');
  await tx.links.remove(found.tokenHash);
  return found;
}

type Credentials = Pick<Agent, 'name' | 'passwordHash'>;

async function setPassword(tx: Tx, id: string, change: Credentials): Promise<Agent> {
  const known = await held(tx, id);
  if (!known || known.disabled) throw new AppError('link_used');
  const after = { ...known, ...change };
  await tx.agents.save(after);
  await tx.sessions.removeOf(id);
  return after;
}

async function makeFirst(
  tx: Tx,
  { email, ...change }: Credentials & { email: string | undefined },
  now: number,
): Promise<Agent> {
  if (email === undefined) throw new AppError('bad_type');
  // A link printed by an earlier start must not make a second one.
  if (await hasAdmin(tx)) throw new AppError('link_used');
  await tx.links.removeOpen(null);
  const known = await tx.agents.byEmail(email);
  if (known) {
    await tx.agents.save({ ...known, role: 'admin' });
    return setPassword(tx, known.id, change);
  }
  const first = { ...newAgent({ email, name: change.name, role: 'admin' }, now), ...change };
  await tx.agents.insert(first);
  return first;
}
