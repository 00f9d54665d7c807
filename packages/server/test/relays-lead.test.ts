import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { uuidv7 } from '@throughline/shared';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, makeSchema } from './postgres.ts';
import { startRelay, type TestRelay, tempDir, until } from './relay.ts';
import { plan, publishRouting, queue } from './routing.ts';

/** As long as a lease, and what a busy machine takes beside it. */
const SUCCESSION_MS = 25_000;

interface Leader {
  child: ChildProcess;
  /** What it said so far. */
  said(): string;
}

/** A relay in a process of its own that leads. */
async function startLeader(url: string): Promise<Leader> {
  const dir = tempDir();
  const env = { ...process.env, DATA_DIR: dir.path, DATABASE_URL: url };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts')], { env });
  let said = '';
  child.stdout.on('data', (part) => {
    said += part;
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    dir[Symbol.dispose]();
  });
  await until(() => said.includes('"leads"'), 'the leader', 20_000);
  return { child, said: () => said };
}

async function world() {
  const { url, drop } = await makeSchema();
  onTestFinished(drop);
  const leader = await startLeader(url);
  const postgres = { url, lanes: 2, pollMs: 250 };
  const relay = await startRelay({ config: { postgres } });
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const hired = await relay.hire('Ada');
  const queues = [queue({ offer: { mode: 'offer', acceptMs: 600_000 } })];
  await publishRouting(relay, plan([hired.agent.email], { queues }));
  return { leader, relay, hired };
}

async function ask(relay: TestRelay): Promise<string> {
  const visitor = await relay.visitor();
  const conversation = uuidv7();
  await visitor.give('conversation:start', { conversation });
  await visitor.give('message:send', { conversation, text: 'Hello' });
  return conversation;
}

const isOffered = (relay: TestRelay, id: string) => async () =>
  (await relay.store.read.conversations.get(id))?.offer;

const leads = (relay: TestRelay) => () => relay.logLines.some((line) => line.includes('"leads"'));

describe.runIf(await hasPostgres())('of two relays', () => {
  test('one leads; killed, the other one does, and what waits is offered', async () => {
    const { leader, relay, hired } = await world();
    await relay.agent(hired);
    // The leader, who has no socket at all, sees who came to the other relay.
    await until(isOffered(relay, await ask(relay)), 'the offer');
    expect(leads(relay)()).toBe(false);
    const second = await ask(relay);
    leader.child.kill('SIGKILL');
    const third = await ask(relay);
    await until(leads(relay), 'the succession', SUCCESSION_MS);
    await until(isOffered(relay, second), 'the second offer');
    await until(isOffered(relay, third), 'the third offer');
  });

  test('ended as it should be, it is followed at once', async () => {
    const { leader, relay } = await world();
    leader.child.kill('SIGTERM');
    await once(leader.child, 'exit');
    await until(leads(relay), 'the succession', 8000);
  });

  test('[I10] stopped in the middle and going on much later, it does nothing any more', async () => {
    const { leader, relay, hired } = await world();
    leader.child.kill('SIGSTOP');
    const waiting = [await ask(relay), await ask(relay)];
    await until(leads(relay), 'the succession', SUCCESSION_MS);
    leader.child.kill('SIGCONT');
    await until(() => leader.said().includes('leads no more'), 'that it noticed', 20_000);
    await relay.agent(hired);
    for (const id of waiting) await until(isOffered(relay, id), 'the offer');
    const said = leader.said();
    expect(said.slice(said.indexOf('leads no more'))).not.toContain('"leads"');
    const records = await relay.events();
    for (const id of waiting) {
      const offers = records.filter(
        ({ type, conversation }) => type === 'conversation.offered' && conversation === id,
      );
      expect(offers).toHaveLength(1);
    }
  });
});
