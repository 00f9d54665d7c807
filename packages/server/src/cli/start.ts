import { url as inspectorUrl } from 'node:inspector';
import { createRelay, type Relay } from '../app.ts';
import { builtMounts } from '../built.ts';
import { readConfig } from '../config.ts';
import { misspelledIn } from '../config-names.ts';
import { createLogger } from '../lib/logger.ts';
import type { Invocation } from './invocation.ts';

/** What somebody may have wanted, and should hear of at every start. */
const dangers = (env: Invocation['env']): string[] => [
  ...misspelledIn(env).warnings,
  ...(process.getuid?.() === 0
    ? [
        'running as root: whoever gets into the relay has the machine; start it as a user of its own',
      ]
    : []),
  ...(inspectorUrl()
    ? ['the inspector is open: whoever reaches it reads and runs everything']
    : []),
];

/** Runs until it is told to stop; a second signal does not wait. */
export async function start({ env, print }: Invocation): Promise<number> {
  const config = readConfig(env);
  // The log, files and secrets are nobody's on this machine but ours.
  process.umask(0o077);
  const log = createLogger(config.logLevel);
  for (const danger of dangers(env)) log.warn(danger);
  const relay = await createRelay({ config, log, mounts: builtMounts(), home: '/console/' });
  const base = config.publicUrl ?? relay.url;
  const token = await relay.agents.bootstrap(config.admin);
  // Whoever reads that it runs may stop it at once.
  const stopped = stopOnSignal(relay, print);
  print(`Throughline is running: ${base}/console/`);
  if (token) print(`Make the first administrator, once: ${base}/console/#setup=${token}`);
  await stopped;
  return 0;
}

export function stopOnSignal(
  relay: Pick<Relay, 'stop'>,
  print: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const stop = () => {
      if (stopping) process.exit(1);
      stopping = true;
      print('Stopping: finishing what was accepted …');
      relay.stop().then(resolve, reject);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
