import { createRelay, type Relay } from '../app.ts';
import { builtMounts } from '../built.ts';
import { readConfig } from '../config.ts';
import type { Invocation } from './invocation.ts';

/** Runs until it is told to stop; a second signal does not wait. */
export async function start({ env, print }: Invocation): Promise<number> {
  const config = readConfig(env);
  const relay = await createRelay({ config, mounts: builtMounts(), home: '/console/' });
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
