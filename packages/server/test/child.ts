import { createRelay } from '../src/app.ts';
import { stopOnSignal } from '../src/cli/start.ts';
import { testConfig } from './relay.ts';

// A relay in a process of its own, to be stopped or killed by its parent. No test itself.
const { DATA_DIR = '', DATABASE_URL: url, REDIS_URL: redisUrl } = process.env;
const postgres = url ? { url, lanes: 2, pollMs: 250 } : undefined;
const relay = await createRelay({ config: testConfig(DATA_DIR, { postgres, redisUrl }) });
const print = (line: string) => process.stdout.write(`${line}\n`);
print(relay.url);
await stopOnSignal(relay, print);
