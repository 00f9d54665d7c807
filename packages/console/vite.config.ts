import { join } from 'node:path';
import { defineConfig } from 'vite';

const at = (file: string): string => join(import.meta.dirname, file);

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Browsers that know `light-dark()`: one table of colours serves both themes.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Inlined assets would be data: URLs, which the console's policy does not allow everywhere.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: [at('index.html'), at('preview/index.html')] },
  },
});
