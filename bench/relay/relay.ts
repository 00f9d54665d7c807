/** The real relay: authentication, validation, durable commit, fan-out, lists, search. */
import { builtMounts, createRelay, noLimits, readConfig } from '@throughline/server';
import { answerQuestions } from './process.ts';

const config = readConfig({ PORT: '0', ...process.env, LOG_LEVEL: 'warn' });
const relay = await createRelay({
  mounts: builtMounts(),
  config: {
    ...config,
    // What is left at a broker is nobody's but ours, and goes with its age.
    streams: config.streams.map((stream) => ({ ...stream, prefix: 'throughline-bench' })),
    limits: noLimits,
    egressAllow: ['127.0.0.0/8'],
  },
});
const look = { accent: '#3457d5', greeting: '', language: null, position: 'right' as const };
const { PAGE_ORIGIN = 'https://bench.example' } = process.env;
await relay.sites.put({ key: 'bench', name: 'Bench', origins: [PAGE_ORIGIN], ...look }, 'bench');
await relay.agents.bootstrap({ email: 'agent@bench.example', password: 'a password for benches' });
answerQuestions({ port: Number(new URL(relay.url).port) });
