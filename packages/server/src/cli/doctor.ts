import { createServer } from 'node:net';
import { builtMounts } from '../built.ts';
import { type Config, readConfig } from '../config.ts';
import { misspelledIn } from '../config-names.ts';
import { explainListening } from '../gateway/listen.ts';
import { versionOf } from '../lib/clamd.ts';
import { measureSync } from '../lib/disk.ts';
import { isFirstStart, openStore } from '../store/open.ts';
import { openS3Blobs } from '../store/s3-blobs.ts';
import { checkFolder, lockFolder } from '../store/sqlite/open.ts';
import { type Finding, report } from './finding.ts';
import type { Invocation } from './invocation.ts';

type Check = (config: Config) => Promise<Omit<Finding, 'check'>> | Omit<Finding, 'check'>;

const ok = (says: string): Omit<Finding, 'check'> => ({ state: 'ok', says });

/** Whether a relay runs on this folder. */
function isLocked(dataDir: string): boolean {
  try {
    lockFolder(dataDir)();
    return false;
  } catch {
    return true;
  }
}

/** What is of no use to look at where something else is wrong. */
const needs: Record<string, string> = { 'disk sync': 'data folder', database: 'data folder' };

const checks: Record<string, Check> = {
  'Node.js': () => {
    const major = Number(process.versions.node.split('.')[0]);
    return major >= 26
      ? ok(process.version)
      : { state: 'fault', says: `${process.version}; Throughline needs version 26 or newer.` };
  },
  'data folder': ({ dataDir, createDataDir }) => {
    checkFolder({ dataDir, create: createDataDir });
    return ok(dataDir);
  },
  'disk sync': ({ dataDir, postgres }) => {
    if (postgres) return ok('of the database server; not looked at from here');
    const { p50, p99 } = measureSync(dataDir);
    const says = `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
    return p50 > 20
      ? { state: 'warning', says: `${says}; every answer waits for this.` }
      : ok(says);
  },
  database: async (config) => {
    if (await isFirstStart(config)) return ok('none yet; the first start makes it.');
    const warnings: string[] = [];
    const warn = (sentence: string) => void warnings.push(sentence);
    const store = await openStore(config, { guest: true, warn });
    const head = await store.read.events.head();
    await store.close();
    if (warnings.length > 0) return { state: 'warning', says: warnings.join(' ') };
    return ok(`sound, ${head} events`);
  },
  'file store': async ({ s3 }) => {
    if (!s3) return ok('the data folder');
    // Asks for one name more than there are: who may list may also read.
    for await (const _ of openS3Blobs(s3).list()) break;
    return ok(`${s3.endpoint}/${s3.bucket}`);
  },
  scanner: async ({ scanner }) => ok(scanner ? await versionOf(scanner) : 'none'),
  port: ({ host, port, dataDir, postgres }) =>
    new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE' && postgres)
          resolve({
            state: 'warning',
            says: `${host}:${port} is taken; all is well if it is by the relay on this database.`,
          });
        else if (error.code === 'EADDRINUSE' && isLocked(dataDir))
          resolve(ok(`${host}:${port} is taken, by the relay that runs on this folder it seems`));
        else resolve({ state: 'fault', says: explainListening(error, { host, port }).message });
      });
      probe.listen(port, host, () => probe.close(() => resolve(ok(`${host}:${port} is free`))));
    }),
  'SDK and console': () => {
    builtMounts();
    return ok('built');
  },
  'public address': ({ publicUrl, host }) => {
    if (publicUrl?.startsWith('https:')) return ok(publicUrl);
    return /^(127\.|localhost$|::1$)/.test(host)
      ? ok('this machine only')
      : {
          state: 'warning',
          says: 'reached without https; put a proxy in front and set PUBLIC_URL.',
        };
  },
};

/** What was set, as far as its names show. */
function spellingOf({ env }: Invocation): Finding {
  const { warnings } = misspelledIn(env);
  return warnings.length > 0
    ? { check: 'settings', state: 'warning', says: warnings.join(' ') }
    : { check: 'settings', ...ok('read') };
}

async function examine(name: string, check: Check, config: Config): Promise<Finding> {
  try {
    return { check: name, ...(await check(config)) };
  } catch (error) {
    return { check: name, state: 'fault', says: (error as Error).message };
  }
}

/**
 * Checks what a relay needs here, or with `--site` what a page of a business needs, and says what is wrong;
 * exits 1 on a fault.
 */
export async function doctor(call: Invocation): Promise<number> {
  if (call.values.site) return (await import('./doctor-page.ts')).doctorPage(call);
  const config = readConfig(call.env);
  const findings: Finding[] = [];
  const isFaulty = (name: string | undefined) =>
    findings.some(({ check, state }) => check === name && state === 'fault');
  for (const [name, check] of Object.entries(checks))
    if (!isFaulty(needs[name])) findings.push(await examine(name, check, config));
  return report([...findings, spellingOf(call)], call);
}
