/**
 * The visitor's browser tests in an installed Firefox: `pnpm firefox [files]`. FIREFOX_PATH names one that is
 * not Debian's.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runBrowserTests } from './browser-tests.ts';

const TESTS = join(import.meta.dirname, '../demo/test');
/** Of desks and systems; of what only Chromium's own protocol can measure; and of another browser still. */
const NOT_OURS = [
  'board',
  'bots',
  'console',
  'preview',
  'routing',
  'systems',
  'long-thread',
  'push',
  'webkit',
];

const visitors = readdirSync(TESTS).filter(
  (name) => name.endsWith('.browser.test.ts') && !NOT_OURS.includes(name.split('.')[0] ?? ''),
);
const named = process.argv.slice(2);
const files = named.length > 0 ? named : visitors.map((name) => `demo/test/${name}`);
process.exit(runBrowserTests(['--maxWorkers', '1', ...files], { BROWSER: 'firefox' }));
