import { createRelay } from '../src/app.ts';
import { stopOnSignal } from '../src/cli/start.ts';
import { testConfig } from './relay.ts';

// A relay in a process of its own, to be stopped or killed by its parent. No test itself.
const relay = await createRelay({ config: testConfig(process.env.DATA_DIR ?? '') });
const print = (line: string) => process.stdout.write(`${line}\n`);
print(relay.url);
await stopOnSignal(relay, print);
