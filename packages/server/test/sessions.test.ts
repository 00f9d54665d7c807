import { uuidv7 } from '@throughline/shared';
import type { Closing } from '@throughline/shared/schema';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAccounts } from '../src/settings/accounts.ts';
import { createAgents } from '../src/settings/agents.ts';
import { openStore } from '../src/store/open.ts';
import { type AgentPeer, startRelay, until } from './relay.ts';

const password = 'correct horse battery';

describe('[EV-25] [CA-03] [P26] a session that ends closes its sockets', () => {
  test('at once when it is signed out, in every tab, and in no other session', async () => {
    await using relay = await startRelay();
    const hired = await relay.hire();
    const tabs = await Promise.all([relay.agent(hired), relay.agent(hired)]);
    const other = await relay.agent();
    await relay.fetch('/v1/session', { method: 'DELETE', as: hired.session });
    for (const tab of tabs) {
      const { error } = await tab.next<Closing>('closing');
      expect(error).toMatchObject({ code: 'unauthorized', retryable: false });
      await until(() => tab.closed());
    }
    expect(await other.ask('conversation:leave', {})).toMatchObject({
      error: { code: 'bad_type' },
    });
    expect(other.closed()).toBeUndefined();
  });

  describe('within 5 s', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    test('when another program ended it', async () => {
      await using relay = await startRelay();
      const [agent, other] = [await relay.agent(), await relay.agent()];
      const guest = await openStore(relay.config, { guest: true });
      await guest.write('s', (tx) => tx.sessions.remove(agent.session.session.tokenHash));
      await guest.close();
      expect(agent.closed()).toBeUndefined();
      vi.advanceTimersByTime(5000);
      await until(() => agent.closed());
      expect(agent.all<Closing>('closing')).toMatchObject([{ error: { code: 'unauthorized' } }]);
      await other.ask('nothing', {});
      expect(other.closed()).toBeUndefined();
    });

    test('when another program shut its agent out, changed their role or password, or signed them out', async () => {
      await using relay = await startRelay();
      const all = await Promise.all([1, 2, 3, 4].map(() => relay.agent()));
      const [disabled, promoted, renewed, left] = all as [
        AgentPeer,
        AgentPeer,
        AgentPeer,
        AgentPeer,
      ];
      const stays = await relay.agent();
      const guest = await openStore(relay.config, { guest: true });
      const accounts = createAccounts(guest, Date.now);
      const act = () => ({ id: uuidv7(), actor: { kind: 'system', id: 'cli' } }) as const;
      await accounts.setDisabled(disabled.agent.id, true, act());
      await accounts.setRole(promoted.agent.id, 'admin', act());
      await accounts.signOut(left.agent.id, act());
      const agents = createAgents(guest, Date.now);
      const { token } = await agents.invite(renewed.agent);
      await agents.redeem({ token, name: 'Ada', password });
      await guest.close();
      vi.advanceTimersByTime(5000);
      await until(() => all.every((it) => it.closed()));
      expect(stays.closed()).toBeUndefined();
    });

    test('when its time is over', async () => {
      let ms = Date.now();
      await using relay = await startRelay({ now: () => ms });
      const agent = await relay.agent();
      ms += 14 * 24 * 3600 * 1000;
      vi.advanceTimersByTime(5000);
      await until(() => agent.closed());
    });

    test('and it is asked about only while somebody is there', async () => {
      await using relay = await startRelay();
      vi.advanceTimersByTime(60_000);
      expect((await relay.fetch('/livez')).status).toBe(200);
    });
  });
});
