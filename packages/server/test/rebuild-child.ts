import { createRelay } from '../src/app.ts';
import type { StreamSettings } from '../src/config-streams.ts';
import { testConfig } from './relay.ts';

export interface ChildSpec {
  dataDir: string;
  port: number;
  streams: StreamSettings[];
}

// A relay on a port of its parent's choice, with streams, to be killed again and again. No test itself.
const { dataDir, port, streams }: ChildSpec = JSON.parse(process.env.RELAY ?? '{}');
await createRelay({ config: testConfig(dataDir, { port, streams, logLevel: 'error' }) });
process.send?.('ready');
