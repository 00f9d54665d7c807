import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { freePort } from '../../packages/server/test/free-port.ts';
import { makeSchema } from '../../packages/server/test/postgres.ts';
import { ownRedis } from '../../packages/server/test/redis.ts';
import { openBalancer } from './balancer.ts';
import { isFirefox, launchBrowser } from './browser.ts';

export const ADMIN = { email: 'ada@fernway.example', password: 'correct horse battery' };

/** RELAYS=2 puts every stage on two relays (`pnpm two-relays`). */
const RELAYS = Number(process.env.RELAYS || 1);

/** The demo as `pnpm start` runs it, on a port and a folder of its own, and a browser to see it with. */
export interface Stage {
  base: string;
  /** Addresses of the shop's own systems. */
  crm: string;
  billing: string;
  open(options?: BrowserContextOptions): Promise<Visit>;
  /** Ends every relay as a power cut would. */
  kill(): Promise<void>;
  /** Ends the relay that was started last so; with two, the one that does not lead. */
  killLast(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** One browser profile; what its pages complained about is kept. */
export interface Visit extends AsyncDisposable {
  context: BrowserContext;
  page: Page;
  /** Violations of a content security policy, and uncaught errors, of every page of the profile. */
  faults: string[];
}

interface Program {
  file: string;
  env: Record<string, string>;
}

/** Settings the programs have in common, where their address is, and the end of what was made for it. */
interface Ground {
  env: Record<string, string>;
  base: string;
  clear(): Promise<void>;
}

/** One relay on the embedded store, as `pnpm start` has it; several on a database and a Redis of their own. */
async function prepare(relays: readonly number[]): Promise<Ground> {
  const [first] = relays;
  if (relays.length === 1)
    return { env: {}, base: `http://127.0.0.1:${first}`, clear: async () => {} };
  const schema = await makeSchema();
  const redis = await ownRedis();
  await redis.start();
  const balancer = await openBalancer(relays);
  return {
    env: { DATABASE_URL: schema.url, REDIS_URL: redis.url, PUBLIC_URL: balancer.url },
    base: balancer.url,
    async clear() {
      await balancer.close();
      await redis[Symbol.asyncDispose]();
      await schema.drop();
    },
  };
}

function run({ file, env }: Program): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file)], {
    env: { ...process.env, HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((started, failed) => {
    let said = '';
    const listen = (text: Buffer): void => {
      said += text;
      if (said.includes('Throughline is running')) started(child);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => failed(new Error(`${file} ended with ${code}: ${said}`)));
  });
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

/** What Firefox says about the network and about policies is no error of the page's. */
const REMARKS = /^(Firefox can’t establish|The connection to|The page’s settings)/;

async function openVisit(browser: Browser, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  // Two browsers beside each other leave a small machine busy, for many seconds now and then.
  context.setDefaultTimeout(20_000);
  const faults: string[] = [];
  await context.exposeFunction('reportViolation', (what: string) => faults.push(what));
  await context.addInitScript(() => {
    const report = Reflect.get(globalThis, 'reportViolation') as (what: string) => void;
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      // Nobody but the browser asks for that.
      if (!blockedURI.endsWith('/favicon.ico'))
        report(`${effectiveDirective} blocked ${blockedURI}`);
    });
  });
  const watch = (page: Page): void => {
    page.on('pageerror', ({ message }) => {
      if (!REMARKS.test(message)) faults.push(message);
    });
  };
  context.on('page', watch);
  const page = await context.newPage();
  return { context, page, faults, [Symbol.asyncDispose]: () => context.close() };
}

/** A visit with a browser of its own: in one Firefox only one page at a time is looked at. */
async function openFirefox(options: BrowserContextOptions): Promise<Visit> {
  const browser = await launchBrowser();
  const visit = await openVisit(browser, options);
  visit.context.once('close', () => void browser.close());
  return visit;
}

/** @param count of relays; with two, tests that need one relay's memory or its disk are not for it */
export async function setStage({ relays: count = RELAYS } = {}): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-stage-'));
  const port = { crm: await freePort(), billing: await freePort(), bot: await freePort() };
  const relays: number[] = [];
  while (relays.length < count) relays.push(await freePort());
  const { env, base, clear } = await prepare(relays);
  const programs = relays.map((own, at): Program => {
    const all = { ...env, DATA_DIR: dataDir, PORT: String(own) };
    return at > 0
      ? { file: 'second-relay.ts', env: all }
      : { file: '../start.ts', env: { ...all, ...settingsOf(port) } };
  });
  const running: ChildProcess[] = [];
  const start = async () => {
    for (const program of programs) running.push(await run(program));
  };
  const stop = async (signal: 'SIGTERM' | 'SIGKILL') => {
    await Promise.all(running.splice(0).map((child) => end(child, signal)));
  };
  const browser = isFirefox ? undefined : await launchBrowser();
  await start();
  return {
    base,
    crm: `http://127.0.0.1:${port.crm}/`,
    billing: `http://127.0.0.1:${port.billing}/`,
    open: (options = {}) => (browser ? openVisit(browser, options) : openFirefox(options)),
    kill: () => stop('SIGKILL'),
    async killLast() {
      const last = running.pop();
      if (last) await end(last, 'SIGKILL');
    },
    start,
    async close() {
      await browser?.close();
      await stop('SIGTERM');
      await clear();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const settingsOf = ({ crm, billing, bot }: Record<'crm' | 'billing' | 'bot', number>) => ({
  CRM_PORT: String(crm),
  BILLING_PORT: String(billing),
  BOT_PORT: String(bot),
  THROUGHLINE_ADMIN_EMAIL: ADMIN.email,
  THROUGHLINE_ADMIN_PASSWORD: ADMIN.password,
});
