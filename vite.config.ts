import { defineConfig } from 'vitest/config';

const preact = { jsx: { runtime: 'automatic', importSource: 'preact' } } as const;

/** Tests of the whole workspace; how each bundle is built stands beside it. */
export default defineConfig({
  test: {
    projects: [
      {
        oxc: preact,
        test: {
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
          name: 'browser',
          environment: 'node',
          include: ['**/*.browser.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
});
