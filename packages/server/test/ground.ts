import { uuidv7 } from '@throughline/shared';
import type { Receipt, Site } from '@throughline/shared/schema';
import { onTestFinished } from 'vitest';
import { createContacts, stranger } from '../src/contacts/commands.ts';
import { createConversations } from '../src/conversations/commands.ts';
import type { Input, Name } from '../src/conversations/decision.ts';
import type { Principal } from '../src/conversations/policy.ts';
import { createQueries } from '../src/conversations/queries.ts';
import { createSigner } from '../src/lib/signer.ts';
import type { Outcome } from '../src/store/repeat.ts';
import { openSqliteStore } from '../src/store/sqlite/index.ts';
import type { Agent, LogRecord } from '../src/store/store.ts';
import { tempDir } from './relay.ts';

export type VisitorPrincipal = Principal & { kind: 'visitor' };
export type AgentPrincipal = Principal & { kind: 'agent' };

/** Everything below the gateway on a store of its own, with a clock that moves when told. */
export async function ground(site?: Site) {
  const dir = tempDir();
  const store = openSqliteStore({ dataDir: dir.path });
  onTestFinished(async () => {
    await store.close();
    dir[Symbol.dispose]();
  });
  const clock = { now: 1_800_000_000_000 };
  const now = () => clock.now;
  const conversations = createConversations(store, now, {
    site: () => site,
    limits: () => undefined,
    bot: () => undefined,
    queue: (id) => (id === 'support' ? { base: 5, rate: 1, need: {} } : undefined),
  });
  const contacts = createContacts(store, now);
  const queries = createQueries(store, createSigner('key'));

  async function hire(name: string): Promise<AgentPrincipal> {
    const agent: Agent = {
      id: uuidv7(),
      name,
      email: `${uuidv7()}@example.com`,
      role: 'agent',
      passwordHash: null,
      disabled: false,
      createdAt: clock.now,
    };
    await store.write('agents', (tx) => tx.agents.insert(agent));
    return { kind: 'agent', id: agent.id, name };
  }
  const visit = (site = 'shop'): VisitorPrincipal => ({ kind: 'visitor', id: uuidv7(), site });
  const people = {
    visitor: visit(),
    stranger: visit(),
    ada: await hire('Ada'),
    bo: await hire('Bo'),
  };

  /** Starts a conversation and gives its id. */
  async function start(who: VisitorPrincipal = people.visitor): Promise<string> {
    const conversation = uuidv7();
    const newcomer = { contact: stranger(who.id, who.site, clock.now), tokenHash: who.id };
    await conversations.start(who, { id: uuidv7(), conversation }, newcomer);
    return conversation;
  }

  const run = <N extends Name>(
    who: Principal,
    name: N,
    input: Omit<Input<N>, 'id'> & { id?: string },
  ): Promise<Outcome> =>
    conversations.run(who, name, { id: uuidv7(), ...input } as unknown as Input<N>);

  /** Like `run`, for what has to work. */
  async function give<N extends Name>(...args: Parameters<typeof run<N>>): Promise<Receipt> {
    const outcome = await run(...args);
    if (!outcome.ok) throw new Error(`${args[1]} was refused: ${outcome.error.code}`);
    return outcome.data;
  }

  /** The log; that somebody is new goes without saying. */
  async function records(conversation?: string): Promise<LogRecord[]> {
    const all: LogRecord[] = [];
    for (;;) {
      const more = await store.read.events.log(all.at(-1)?.offset ?? 0, 500);
      if (more.length === 0) break;
      all.push(...more);
    }
    return all.filter((it) =>
      conversation ? it.conversation === conversation : it.type !== 'contact.created',
    );
  }

  const row = async (conversation: string) => {
    const found = await store.read.conversations.get(conversation);
    if (!found) throw new Error('there is no such conversation');
    return found;
  };

  return {
    store,
    clock,
    now,
    conversations,
    contacts,
    queries,
    people,
    hire,
    visit,
    start,
    run,
    give,
    records,
    row,
  };
}

export type Ground = Awaited<ReturnType<typeof ground>>;

/** The code a command was refused with, or `ok`. */
export const codeOf = (outcome: Outcome): string => (outcome.ok ? 'ok' : outcome.error.code);
