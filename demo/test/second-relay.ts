import { stopOnSignal } from '@throughline/server';
import { createShopRelay, readSettings } from '../shop/relay.ts';

// One more relay on the demo's log and folder, in a process of its own. No test itself.
const relay = await createShopRelay(readSettings(process.env));
process.stdout.write('Throughline is running.\n');
await stopOnSignal(relay, (line) => process.stdout.write(`${line}\n`));
