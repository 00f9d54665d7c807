import { expect, onTestFinished, test } from 'vitest';
import { JOURNEYS } from '../src/bots/index.ts';
import { FORM_FACTS } from '../src/contacts/form-facts.ts';
import { WEBHOOKS } from '../src/events/deliveries.ts';
import type { Store } from '../src/store/store.ts';
import { startRelay, until } from './relay.ts';

/** A store that fails on purpose, and counts who follows it. */
function createFailing(store: Store) {
  const it = { isOurs: true, followers: 0, failsAt: '', failsToForget: false };
  const wrapped: Store = Object.assign(Object.create(store), {
    lease: { hold: () => (it.isOurs ? 1 : undefined), release() {} },
    onCommit(listener: Parameters<Store['onCommit']>[0]) {
      const forget = store.onCommit(listener);
      it.followers += 1;
      return () => {
        it.followers -= 1;
        forget();
        if (it.failsToForget) throw new Error('it does not let go');
      };
    },
    deliveries: {
      ...store.deliveries,
      under(term: number) {
        const deliveries = store.deliveries.under(term);
        return {
          ...deliveries,
          cursor(sink: string) {
            if (sink === it.failsAt) throw new Error('the database is away');
            return deliveries.cursor(sink);
          },
        };
      },
    },
  });
  return Object.assign(it, { wrapped });
}

test.each([
  ['before anything is delivered', WEBHOOKS, false],
  ['half way', FORM_FACTS, false],
  ['with bots begun, and not what their journeys follow', JOURNEYS, false],
  ['half way, and what had begun does not end as it should', FORM_FACTS, true],
])('a take-over that fails leaves nothing behind: %s', async (_when, failsAt, failsToForget) => {
  let failing: ReturnType<typeof createFailing> | undefined;
  const relay = await startRelay({
    wrap(store) {
      failing = createFailing(store);
      return failing.wrapped;
    },
  });
  onTestFinished(() => relay[Symbol.asyncDispose]());
  if (!failing) throw new Error('no store');
  const leading = failing.followers;
  const failures = () =>
    relay.logLines.filter((line) => line.includes('what one relay does for all failed')).length;
  const followersAfter = async (many: number) => {
    await until(() => failures() >= many, 'a take-over to fail');
    return failing?.followers;
  };
  failing.isOurs = false;
  await until(() => relay.logLines.some((it) => it.includes('leads no more')), 'it to leave');
  Object.assign(failing, { isOurs: true, failsAt, failsToForget });
  const first = await followersAfter(failures() + 1);
  expect(await followersAfter(failures() + 1)).toBe(first);
  Object.assign(failing, { failsAt: '', failsToForget: false });
  await until(() => failing?.followers === leading, 'it to lead again');
});
