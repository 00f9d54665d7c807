import { existsSync } from 'node:fs';
import { type Browser, chromium, firefox } from 'playwright-core';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser named by CHROMIUM_PATH, an installed one, Playwright's own, or the one in a package. */
async function findBrowser(): Promise<string> {
  const named = process.env.CHROMIUM_PATH;
  if (named) return named;
  const installed = [...INSTALLED, chromium.executablePath()].find(existsSync);
  if (installed) return installed;
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}

/** False where there is none, and says so; never skipped where CI is set. */
export async function hasBrowser(): Promise<boolean> {
  const isThere = await findBrowser().then(existsSync, () => false);
  const how = 'no Chromium; install one, or name it in CHROMIUM_PATH';
  if (!isThere && process.env.CI) throw new Error(how);
  if (!isThere) process.stderr.write(`skipped: ${how}\n`);
  return isThere;
}

const launchChromium = async (): Promise<Browser> =>
  chromium.launch({
    executablePath: await findBrowser(),
    args: ARGS,
    // As people have it; Playwright switches it off.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });

/** An installed one as it is, by WebDriver BiDi; every window believes that it has the focus. */
const launchFirefox = (): Promise<Browser> =>
  firefox.launch({
    channel: 'moz-firefox',
    executablePath: process.env.FIREFOX_PATH || '/usr/bin/firefox-esr',
    firefoxUserPrefs: {
      'focusmanager.testmode': true,
      // What it brings is not shown by a viewer of its own, whose faults would be taken for the page's.
      'pdfjs.disabled': true,
      // A mouse, which it does not find where there is no screen: a fine pointer (2) that hovers (4).
      'ui.primaryPointerCapabilities': 6,
      'ui.allPointerCapabilities': 6,
    },
  });

/** BROWSER=firefox has what is tested in Chromium tested in Firefox. */
export const isFirefox = process.env.BROWSER === 'firefox';
export const launchBrowser = (): Promise<Browser> =>
  isFirefox ? launchFirefox() : launchChromium();
