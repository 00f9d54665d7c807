import type { Failures } from './bots/index.ts';
import { follow } from './events/follow.ts';
import type { Parts } from './gateway/parts.ts';
import { accountIn } from './settings/accounts.ts';
import type { LogRecord, Store } from './store/store.ts';

interface Outlets {
  fanOut(records: LogRecord[]): void;
  failures: Failures;
}

/**
 * What every relay follows: to show the log to its own sockets, and to keep what it has in memory as any
 * relay left it. What only one of them does is in `office.ts`. Returns the end of it.
 */
export async function followLog(
  store: Store,
  { blueprint, bots, routing, switches, availabilities, announceSites, log }: Parts,
  { fanOut, failures }: Outlets,
): Promise<() => Promise<void>> {
  const start = (name: string, handle: (records: LogRecord[]) => void | Promise<void>) =>
    follow(store, {
      ...{ from: 'now', handle },
      onError: (err) => log.error({ err, follower: name }, 'follower failed; trying again'),
    });

  const followers = await Promise.all([
    start('fanout', fanOut),
    start('settings', async (records) => {
      if (records.some(({ type }) => type === 'bot.switched')) await switches.refresh();
      if (!records.some(({ type }) => type === 'config.published')) return;
      await blueprint.refresh();
      await Promise.all([bots.refresh(), routing.refresh()]);
      announceSites();
    }),
    start('availability', async (records) => {
      for (const record of records) {
        const account = accountIn(record);
        if (account?.action === 'agent.disabled') await availabilities.dismiss(account.id);
      }
      const agents = records.flatMap(({ type, data }) =>
        type === 'agent.status_changed' && 'agent' in data ? [data.agent.id] : [],
      );
      if (agents.length > 0) await availabilities.learn([...new Set(agents)]);
    }),
    start('failures', failures.hear),
  ]);
  return async () => {
    await Promise.all(followers.map((follower) => follower.stop()));
  };
}
