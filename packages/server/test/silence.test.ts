import { expect, onTestFinished, test, vi } from 'vitest';
import { startRelay } from './relay.ts';
import { openRaw, visitRaw } from './wire.ts';

test('[HS-16] whoever never says hello, or was refused, is let go after ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
  onTestFinished(() => void vi.useRealTimers());
  await using relay = await startRelay();
  const visitor = await visitRaw(relay.url);
  const silent = await openRaw(relay.url);
  const refused = await openRaw(relay.url);
  refused.send('40/visitor,{"protocol":1,"site":"nowhere"}');
  await refused.next(/^44/);
  vi.advanceTimersByTime(9000);
  await visitor.next(/"welcome"/);
  expect([silent.closed(), refused.closed()]).toEqual([undefined, undefined]);
  vi.advanceTimersByTime(1000);
  await Promise.all([silent.end(), refused.end()]);
  expect(visitor.closed()).toBeUndefined();
  visitor.ws.terminate();
});
