import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { freePort } from '../../packages/server/test/free-port.ts';
import { until } from '../../packages/server/test/until.ts';

const DRIVER = '/usr/bin/WebKitWebDriver';
const SCREEN = '/usr/bin/Xvfb';
const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const PATIENCE_MS = 15_000;
/** How an answer names an element (W3C WebDriver, 6.2). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
export const ENTER = '\uE007';

/** Debian has all three in webkit2gtk-driver and xvfb; where they are not, that is said. */
export function hasWebKit(): boolean {
  const missing = [DRIVER, SCREEN, BROWSER].filter((path) => !existsSync(path));
  if (missing.length > 0)
    process.stderr.write('skipped: no WebKit; apt-get install webkit2gtk-driver xvfb\n');
  return missing.length === 0;
}

/** What a page draws inside the chat. */
interface Found {
  click(): Promise<void>;
  type(keys: string): Promise<void>;
}

/** A real WebKit with one page, which knows nothing of earlier ones. */
export interface WebKit extends AsyncDisposable {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Asks the page. */
  ask<T>(script: string): Promise<T>;
  /** Waits until the chat has drawn such an element, with this text in it. */
  find(selector: string, text?: string): Promise<Found>;
  /** Of what is drawn at the moment. */
  count(selector: string, text?: string): Promise<number>;
  screenshot(): Promise<Buffer>;
}

type Call = <T>(method: string, path: string, body?: object) => Promise<T>;

const callOf =
  (base: string): Call =>
  async <T>(method: string, path: string, body?: object) => {
    const answer = await fetch(base + path, {
      method,
      body: body && JSON.stringify(body),
    } as never);
    const { value } = (await answer.json()) as { value: T & { message?: string } };
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.message}`);
    return value;
  };

/** A screen of its own: the browser draws on nothing less. */
async function openScreen(): Promise<{ screen: ChildProcess; display: string }> {
  const screen = spawn(SCREEN, ['-displayfd', '1', '-screen', '0', '1280x900x24'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [said] = await once(screen.stdout, 'data');
  return { screen, display: `:${String(said).trim()}` };
}

const matching = `const [selector, text] = arguments;
  const root = document.querySelector('throughline-widget')?.shadowRoot;
  const all = [...(root?.querySelectorAll(selector) ?? [])]
    .filter((it) => it.getClientRects().length > 0 && it.textContent.includes(text));`;

/** Speaks W3C WebDriver, the one way into WebKit that Debian has. */
export async function openWebKit(): Promise<WebKit> {
  const { screen, display } = await openScreen();
  const port = await freePort();
  const driver = spawn(DRIVER, [`--port=${port}`], {
    env: { ...process.env, DISPLAY: display },
    stdio: 'ignore',
  });
  const call = callOf(`http://127.0.0.1:${port}`);
  await until(() => call('GET', '/status').catch(() => undefined), DRIVER, PATIENCE_MS);
  const browserOptions = { binary: BROWSER, args: ['--automation'] };
  const { sessionId } = await call<{ sessionId: string }>('POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': browserOptions } },
  });
  const at = `/session/${sessionId}`;
  const run = <T>(script: string, ...args: unknown[]) =>
    call<T>('POST', `${at}/execute/sync`, { script, args });

  async function find(selector: string, text = ''): Promise<Found> {
    const look = () =>
      run<Record<string, string> | null>(`${matching} return all[0] ?? null`, selector, text);
    const found = await until(look, `${selector} with “${text}”`, PATIENCE_MS);
    const path = `${at}/element/${found[ELEMENT]}`;
    return {
      click: () => call('POST', `${path}/click`, {}),
      type: (keys) => call('POST', `${path}/value`, { text: keys }),
    };
  }

  return {
    goto: (url) => call('POST', `${at}/url`, { url }),
    reload: () => call('POST', `${at}/refresh`, {}),
    ask: (script) => run(script),
    find,
    count: (selector, text = '') => run(`${matching} return all.length`, selector, text),
    screenshot: async () => Buffer.from(await call<string>('GET', `${at}/screenshot`), 'base64'),
    async [Symbol.asyncDispose]() {
      await call('DELETE', at).catch(() => {});
      driver.kill();
      screen.kill();
    },
  };
}
