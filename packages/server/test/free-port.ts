import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Above these the system gives ports to whoever asks for none: one of them is gone while its owner is dead. */
const PORTS = { from: 20_000, count: 12_000 };

/** A port that stays free for whoever listens there later, again and again. */
export async function freePort(): Promise<number> {
  const port = PORTS.from + randomInt(PORTS.count);
  const isFree = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  return isFree ? port : freePort();
}
