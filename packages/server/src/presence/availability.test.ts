import { expect, onTestFinished, test, vi } from 'vitest';
import { ground } from '../../test/ground.ts';
import { until } from '../../test/until.ts';
import { type Availabilities, openAvailabilities } from './availability.ts';

const RENEW_MS = 20_000;

/** Relays on one log that hear nothing of each other, and an agent with a console. */
async function relays() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { store, clock, people } = await ground();
  const ada = { id: people.ada.id, name: people.ada.name };
  /** Behind all that was asked for before. */
  const written = () => store.write('availability', () => undefined);
  const show = (relay: Availabilities, isHere: boolean) => {
    const people = isHere ? [ada] : [];
    relay.follow(people, people);
    return written();
  };
  return {
    ada,
    async open(seesAll = false) {
      const relay = await openAvailabilities(store, {
        // No two of them write in the same moment.
        now: () => ++clock.now,
        seesAll: () => seesAll,
        changed() {},
        onError: (error) => expect.unreachable(String(error)),
      });
      onTestFinished(() => relay.stop());
      return relay;
    },
    come: (relay: Availabilities) => show(relay, true),
    go: (relay: Availabilities) => show(relay, false),
    /** Each relay prolongs what it has, in the order they were opened. */
    renew() {
      clock.now += RENEW_MS;
      vi.advanceTimersByTime(RENEW_MS);
      return written();
    },
    status: async () => (await store.read.availability.get(ada.id))?.status,
  };
}

test('whose console goes to another relay is there without a break', async () => {
  const { open, come, go, status } = await relays();
  const [one, two] = [await open(), await open()];
  await come(one);
  await come(two);
  await go(one);
  expect(await status()).toBe('available');
});

test('whoever is at two relays is there until both have let go', async () => {
  const { open, come, go, renew, status } = await relays();
  const [stays, renewsLast] = [await open(), await open()];
  await come(renewsLast);
  await come(stays);
  await renew();
  await go(renewsLast);
  for (let i = 0; i < 5; i++) {
    await renew();
    expect(await status()).toBe('available');
  }
  await go(stays);
  expect(await status()).toBe('offline');
});

test('whoever leaves two relays at once is gone when their lease has run out', async () => {
  const { open, come, go, renew, status } = await relays();
  const [one, two] = [await open(), await open()];
  await come(one);
  await come(two);
  await renew();
  await go(one);
  await go(two);
  await until(async () => {
    await renew();
    return (await status()) === 'offline';
  }, 'the lease to run out');
});

test('whoever leaves the only relay they are at is gone at once, also after they let an offer pass', async () => {
  const { ada, open, come, go, renew, status } = await relays();
  const [theirs, leads] = [await open(), await open()];
  await come(theirs);
  await leads.setAway(ada);
  await renew();
  expect(await status()).toBe('away');
  await go(theirs);
  expect(await status()).toBe('offline');
});

test('where all sockets are known, whoever leaves is gone at once, whoever has renewed their lease', async () => {
  const { open, come, go, status } = await relays();
  const [before, after] = [await open(true), await open(true)];
  await come(before);
  await come(after);
  expect(await status()).toBe('available');
  await go(after);
  expect(await status()).toBe('offline');
});
