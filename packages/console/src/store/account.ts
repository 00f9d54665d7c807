import { ERRORS, type ErrorCode, type Problem } from '@throughline/shared';
import type { Ack, SessionInfo } from '@throughline/shared/schema';
import type { SetUp, Where } from '../api.ts';
import type { Core } from './core.ts';
import type { Notices } from './notices.ts';
import { freshState } from './state.ts';

/** Undefined: done. */
type Refusal = Promise<string | undefined>;

export interface Account {
  /** Finds out whether this browser has a session. */
  restore(): Promise<void>;
  /** Opens the page for a one-time link. */
  beginSetUp(token: string): void;
  /** Whom the link is for, or why it does not work. */
  checkLink(token: string): Promise<{ email: string | null; name: string | null } | string>;
  signIn(email: string, password: string): Refusal;
  setUp(input: SetUp): Refusal;
  /** Asks first while something is unsent, unless it was asked already. */
  signOut(where?: Where, evenUnsent?: boolean): Promise<void>;
  /** The relay would not have our socket any more. */
  refused(problem: Problem | undefined): Promise<void>;
  leaveSetUp(): void;
}

interface Hooks {
  /** Somebody is signed in. */
  arrived(): void;
  /** Nobody is, from now on. */
  left(): void;
  /** They leave on purpose: nothing they wrote stays behind. */
  forget(): void;
  say: Notices['say'];
}

const UNREACHABLE = 'The relay does not answer. Check your connection and try again.';
const ENDED = 'Your session has ended, perhaps because you signed out elsewhere. Sign in again.';

const sentenceOf = <T>(answer: Ack<T> | undefined): string | undefined => {
  if (!answer) return UNREACHABLE;
  if (answer.ok) return undefined;
  const { code, retryAfterMs } = answer.error;
  if (code !== 'rate_limited') return ERRORS[code].message;
  const minutes = Math.ceil((retryAfterMs ?? 60_000) / 60_000);
  return `Too many attempts. Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`} and try again.`;
};

/** The session is another one than the page believed; asking shows whether there still is one. */
const aboutSession: ReadonlySet<ErrorCode> = new Set(['unauthorized', 'csrf_failed']);

function enter({ store }: Core, { agent, csrf }: SessionInfo, hooks: Hooks): void {
  store.setState({ session: { phase: 'signed-in', agent, csrf } });
  hooks.arrived();
}

function end({ store }: Core, notice: string | null, hooks: Hooks): void {
  hooks.left();
  store.setState({ ...freshState(), session: { phase: 'signed-out', notice } });
}

async function restore(core: Core, hooks: Hooks): Promise<void> {
  const { store, api } = core;
  store.setState({ session: { phase: 'checking' } });
  const answer = await api.session();
  if (answer?.ok) enter(core, answer.data, hooks);
  else if (answer && aboutSession.has(answer.error.code))
    store.setState({ session: { phase: 'signed-out', notice: null } });
  else store.setState({ session: { phase: 'unreachable' } });
}

/** Another tab may have signed in anew: then the page goes on with that session, if it is the same person's. */
async function refused(core: Core, problem: Problem | undefined, hooks: Hooks): Promise<void> {
  if (!problem || !aboutSession.has(problem.code)) return;
  const { session } = core.store.getState();
  if (session.phase !== 'signed-in') return;
  const answer = await core.api.session();
  if (core.store.getState().session !== session) return;
  const isSame = answer?.ok && answer.data.agent.id === session.agent.id;
  if (!isSame || answer.data.csrf === session.csrf) return end(core, ENDED, hooks);
  hooks.left();
  enter(core, answer.data, hooks);
}

async function signOut(
  core: Core,
  hooks: Hooks,
  { where, evenUnsent }: { where: Where; evenUnsent: boolean },
): Promise<void> {
  const { store, api } = core;
  const { session, outbox } = store.getState();
  if (session.phase !== 'signed-in') return;
  if (outbox.length > 0 && !evenUnsent) {
    const run = () => void signOut(core, hooks, { where, evenUnsent: true });
    hooks.say('Something you wrote is not sent yet. Signing out discards it.', {
      tone: 'warning',
      action: { label: 'Sign out', run },
    });
    return;
  }
  const answer = await api.signOut(session.csrf, where);
  if (!answer) {
    hooks.say('Not signed out: the relay does not answer. Try again.', { tone: 'warning' });
    return;
  }
  hooks.forget();
  end(core, where === 'here' ? 'You are signed out.' : 'You are signed out everywhere.', hooks);
}

export function createAccount(core: Core, hooks: Hooks): Account {
  const { store, api } = core;
  const take = async (asked: Promise<Ack<SessionInfo> | undefined>): Refusal => {
    const answer = await asked;
    if (answer?.ok) enter(core, answer.data, hooks);
    return sentenceOf(answer);
  };
  return {
    restore: () => restore(core, hooks),
    beginSetUp: (token) => store.setState({ session: { phase: 'set-up', token } }),
    async checkLink(token) {
      const answer = await api.checkSetUp(token);
      return answer?.ok ? answer.data : (sentenceOf(answer) ?? UNREACHABLE);
    },
    signIn: (email, password) => take(api.signIn(email, password)),
    setUp: (input) => take(api.setUp(input)),
    signOut: (where = 'here', evenUnsent = false) => signOut(core, hooks, { where, evenUnsent }),
    refused: (problem) => refused(core, problem, hooks),
    leaveSetUp: () => restore(core, hooks),
  };
}
