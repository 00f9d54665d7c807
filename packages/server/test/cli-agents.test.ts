import type { Closing } from '@throughline/shared/schema';
import { expect, onTestFinished, test } from 'vitest';
import {
  disableAgent,
  enableAgent,
  listAgents,
  setAgentRole,
  signOutAgent,
} from '../src/cli/account.ts';
import { addAgent } from '../src/cli/agent.ts';
import type { Command } from '../src/cli/invocation.ts';
import { startRelay, until } from './relay.ts';

const password = 'correct horse battery';

async function setUp() {
  const relay = await startRelay();
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const env = { DATA_DIR: relay.dataDir };
  /** What a command says, data and notes. */
  const run = async (command: Command, words: string[] = [], values = {}): Promise<string> => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    await command.run({ env, values, words, print, note: print, columns: undefined });
    return lines.join('\n');
  };
  const add = async (values: Record<string, string>) => {
    const lines: string[] = [];
    await addAgent({ env, values, print: (line) => void lines.push(line) });
    return lines.join('\n');
  };
  const account = async (email: string) => relay.store.read.agents.byEmail(email);
  return { relay, run, add, account };
}

test('[CA-03] an agent is shut out, let in, given a role and signed out beside a running relay', async () => {
  const { relay, run, account } = await setUp();
  const peer = await relay.agent();
  const { email } = peer.agent;
  expect(await run(disableAgent, [email.toUpperCase()])).toContain('is shut out');
  expect((await account(email))?.disabled).toBe(true);
  expect((await peer.next<Closing>('closing')).error.code).toBe('unauthorized');
  await until(() => peer.closed());
  expect(await run(enableAgent, [email])).toContain('may sign in again');
  expect((await account(email))?.disabled).toBe(false);
  expect(await run(setAgentRole, [email, 'admin'])).toContain('an administrator now');
  expect((await account(email))?.role).toBe('admin');
  const again = await relay.agent();
  expect(await run(signOutAgent, [again.agent.email])).toContain('signed out everywhere');
  await until(() => again.closed());
  const audit = (await relay.events()).filter(({ type }) => type === 'audit.recorded');
  expect(audit.map(({ actor, data }) => [actor.id, 'action' in data && data.action])).toEqual([
    ['cli', 'agent.disabled'],
    ['cli', 'agent.enabled'],
    ['cli', 'agent.role_changed'],
    ['cli', 'agent.signed_out'],
  ]);
});

test('[CA-03] the last administrator stays one, and what to do is said', async () => {
  const { relay, run, account } = await setUp();
  const email = 'root@example.com';
  const { token } = await relay.agents.invite({ email, name: 'Root', role: 'admin' });
  await relay.agents.redeem({ token, name: 'Root', password });
  await expect(run(disableAgent, [email])).rejects.toThrow('make somebody one first');
  await expect(run(setAgentRole, [email, 'agent'])).rejects.toThrow('make somebody one first');
  expect(await account(email)).toMatchObject({ role: 'admin', disabled: false });
});

const ada = 'ada@example.com';
test.each([
  { what: 'nobody to shut out', command: disableAgent, words: [], says: 'agent disable EMAIL' },
  { what: 'nobody to let in', command: enableAgent, words: [], says: 'agent enable EMAIL' },
  { what: 'nobody to sign out', command: signOutAgent, words: [], says: 'agent sign-out EMAIL' },
  { what: 'no role', command: setAgentRole, words: [ada], says: 'admin|agent' },
  { what: 'an odd role', command: setAgentRole, words: [ada, 'owner'], says: 'admin|agent' },
  { what: 'somebody unknown', command: disableAgent, words: [ada], says: 'agent list' },
])('$what is refused, and the way is shown', async ({ command, words, says }) => {
  const { run } = await setUp();
  await expect(run(command, words)).rejects.toThrow(says);
});

test('the list says who may sign in and as what, and nothing of how', async () => {
  const { relay, run, add } = await setUp();
  await add({ email: 'new@example.com', name: 'New' });
  const { token } = await relay.agents.invite({
    ...{ email: 'ada@example.com', name: 'Ada', role: 'admin' },
  });
  await relay.agents.redeem({ token, name: 'Ada', password });
  await add({ email: 'gone@example.com', name: 'Gone' });
  await run(disableAgent, ['gone@example.com']);
  expect(await run(listAgents)).toBe(
    [
      'ada@example.com  Ada  admin  enabled',
      'gone@example.com  Gone  agent  disabled',
      'new@example.com  New  agent  invited',
    ].join('\n'),
  );
  const json = await run(listAgents, [], { json: true });
  expect(JSON.parse(json)[1]).toMatchObject({ email: 'gone@example.com', state: 'disabled' });
  expect(json).not.toMatch(/password|argon2/i);
});

test('[CA-12] agent add changes no role of somebody known, and brings nobody back who is shut out', async () => {
  const { run, add, account } = await setUp();
  const ada = { email: 'ada@example.com', name: 'Ada' };
  await add(ada);
  expect(await add({ ...ada, role: 'admin' })).toContain(
    'They stay agent; to change it: throughline agent role ada@example.com admin',
  );
  expect((await account(ada.email))?.role).toBe('agent');
  await run(disableAgent, [ada.email]);
  await expect(add(ada)).rejects.toThrow('throughline agent enable');
  expect((await account(ada.email))?.disabled).toBe(true);
});
