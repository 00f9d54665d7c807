import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ScannerAddress, versionOf } from '../src/lib/clamd.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const CLAMD = '/usr/sbin/clamd';
/** The one thing this scanner takes for harmful. */
export const HARMFUL = Buffer.from('words-only-our-own-scanner-knows');
const STARTED_MS = 30_000;
export const STREAM_MAX_BYTES = 1024 * 1024;

export function hasClamd(): boolean {
  const isThere = existsSync(CLAMD);
  if (!isThere) process.stderr.write('skipped: no clamd; apt-get install clamav-daemon\n');
  return isThere;
}

export interface Clamd extends AsyncDisposable {
  address: ScannerAddress;
}

/** A real clamd with a signature of our own, so that nothing has to be downloaded. */
export async function startClamd(): Promise<Clamd> {
  const dir = mkdtempSync(join(tmpdir(), 'throughline-clamd-'));
  const port = await freePort();
  writeFileSync(join(dir, 'ours.ndb'), `Ours:0:*:${HARMFUL.toString('hex')}\n`);
  const settings = [
    `DatabaseDirectory ${dir}`,
    'Foreground yes',
    `TCPSocket ${port}`,
    'TCPAddr 127.0.0.1',
    `StreamMaxLength ${STREAM_MAX_BYTES}`,
  ];
  writeFileSync(join(dir, 'clamd.conf'), `${settings.join('\n')}\n`);
  const child = spawn(CLAMD, ['--config-file', join(dir, 'clamd.conf')], { stdio: 'ignore' });
  const address = { host: '127.0.0.1', port };
  await until(() => versionOf(address).catch(() => undefined), 'clamd', STARTED_MS);
  return {
    address,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
