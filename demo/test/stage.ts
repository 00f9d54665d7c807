import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';

export const ADMIN = { email: 'ada@fernway.example', password: 'correct horse battery' };

/** The demo as `pnpm start` runs it, on a port and a folder of its own, and a browser to see it with. */
export interface Stage {
  base: string;
  /** Addresses of the shop's own systems. */
  crm: string;
  billing: string;
  open(options?: BrowserContextOptions): Promise<Visit>;
  /** Ends the relay as a power cut would. */
  kill(): Promise<void>;
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

interface Ports {
  relay: number;
  crm: number;
  billing: number;
  bot: number;
}

function startDemo(dataDir: string, ports: Ports): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../start.ts')], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      HOST: '127.0.0.1',
      PORT: String(ports.relay),
      CRM_PORT: String(ports.crm),
      BILLING_PORT: String(ports.billing),
      BOT_PORT: String(ports.bot),
      THROUGHLINE_ADMIN_EMAIL: ADMIN.email,
      THROUGHLINE_ADMIN_PASSWORD: ADMIN.password,
    },
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
    child.once('exit', (code) => failed(new Error(`the demo ended with ${code}: ${said}`)));
  });
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

async function openVisit(browser: Browser, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  context.setDefaultTimeout(10_000);
  const faults: string[] = [];
  await context.exposeFunction('reportViolation', (what: string) => faults.push(what));
  await context.addInitScript(() => {
    const report = Reflect.get(globalThis, 'reportViolation') as (what: string) => void;
    document.addEventListener('securitypolicyviolation', (violation) =>
      report(`${violation.effectiveDirective} blocked ${violation.blockedURI}`),
    );
  });
  const watch = (page: Page): void => {
    page.on('pageerror', (error) => faults.push(error.message));
  };
  context.on('page', watch);
  const page = await context.newPage();
  return { context, page, faults, [Symbol.asyncDispose]: () => context.close() };
}

export async function setStage(): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-stage-'));
  const ports = {
    relay: await freePort(),
    crm: await freePort(),
    billing: await freePort(),
    bot: await freePort(),
  };
  const browser = await launchBrowser();
  let demo = await startDemo(dataDir, ports);
  return {
    base: `http://127.0.0.1:${ports.relay}`,
    crm: `http://127.0.0.1:${ports.crm}/`,
    billing: `http://127.0.0.1:${ports.billing}/`,
    open: (options = {}) => openVisit(browser, options),
    kill: () => end(demo, 'SIGKILL'),
    async start() {
      demo = await startDemo(dataDir, ports);
    },
    async close() {
      await browser.close();
      await end(demo, 'SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
