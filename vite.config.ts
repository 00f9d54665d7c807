import { defineConfig } from 'vitest/config';
import { SlowFirst } from './scripts/slow-first.ts';

/** Tests wait more than they work: twice as many at once as a small machine has cores; of browsers, which work, half. */
const BROWSERS = { maxWorkers: 2, sequence: { groupOrder: 0 } } as const;
const TOGETHER = { maxWorkers: 4, sequence: { groupOrder: 1 } } as const;

const preact = { jsx: { runtime: 'automatic', importSource: 'preact' } } as const;

/** Tests of the whole workspace; how each bundle is built stands beside it. */
export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        oxc: preact,
        test: {
          ...TOGETHER,
          name: 'node',
          environment: 'node',
          include: [
            'packages/{shared,server}/**/*.test.ts',
            'bench/**/*.test.ts',
            'demo/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.browser.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        oxc: preact,
        test: {
          ...TOGETHER,
          name: 'dom',
          environment: 'jsdom',
          // Parts are loaded when they are used, and a busy machine takes its time for it.
          setupFiles: ['scripts/dom-setup.ts'],
          include: ['packages/{widget,console}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.browser.test.ts'],
        },
      },
      {
        test: {
          ...BROWSERS,
          name: 'browser',
          environment: 'node',
          include: ['**/*.browser.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
