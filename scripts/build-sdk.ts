import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { minify } from 'terser';
import { build, type InlineConfig, type Plugin } from 'vite';

/** Browsers with constructable style sheets, relative colours and `light-dark()`. */
const BROWSERS = ['chrome123', 'safari18', 'firefox128'];

/**
 * The wire is text over WebSocket and nothing else; this keeps the other transports and the binary
 * formats of socket.io's client out of what visitors load (decision 0005).
 */
function textOnly(widget: string): Plugin {
  const standIn = (file: string) => join(widget, 'src/connection/text-only', file);
  const parsers: Record<string, string> = {
    'engine.io-parser': standIn('engine-parser.ts'),
    'socket.io-parser': join(widget, '../shared/src/text-parser.ts'),
  };
  const isUnused = (id: string, importer = '') =>
    importer.includes('engine.io-client') &&
    /\/(polling-xhr|polling-fetch|webtransport)(\.node)?\.js$/.test(id);
  return {
    name: 'text-only',
    enforce: 'pre',
    resolveId: (id, importer) =>
      parsers[id] ?? (isUnused(id, importer) ? standIn('transports.ts') : undefined),
  };
}

/** A second minifier finds some more; its passes cost a second and are paid once. */
const squeeze: Plugin = {
  name: 'squeeze',
  async renderChunk(code) {
    const small = await minify(code, { module: true, ecma: 2020, compress: { passes: 3 } });
    return { code: small.code ?? code };
  },
};

const common = (widget: string): InlineConfig => ({
  configFile: false,
  root: widget,
  logLevel: 'warn',
  plugins: [textOnly(widget), squeeze],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  define: { 'process.env.NODE_ENV': '"production"' },
});

const output = (outDir: string) => ({
  outDir,
  emptyOutDir: true,
  target: BROWSERS,
  cssTarget: BROWSERS,
  minify: true,
  modulePreload: false as const,
});

const treeshake = {
  moduleSideEffects: (id: string) => !/(socket|engine)\.io-client/.test(id),
};

/** The panel and its languages, under names that change with their content. */
const buildPanel = (widget: string, outDir: string): Promise<unknown> =>
  build({
    ...common(widget),
    build: {
      ...output(outDir),
      lib: { entry: { panel: join(widget, 'src/panel.tsx') }, formats: ['es'] },
      rolldownOptions: {
        treeshake,
        output: {
          minify: true,
          entryFileNames: '[name].[hash].js',
          chunkFileNames: '[name].[hash].js',
        },
      },
    },
  });

/** The script tag's file: one, classic, and it knows the panel's name. */
function buildLoader(widget: string, panel: string, outDir: string): Promise<unknown> {
  const settings = common(widget);
  return build({
    ...settings,
    define: { ...settings.define, __PANEL__: JSON.stringify(panel) },
    build: {
      ...output(outDir),
      rolldownOptions: {
        input: { loader: join(widget, 'src/embed.ts') },
        output: { format: 'iife', minify: true, entryFileNames: 'loader.js' },
      },
    },
  });
}

/** Versioned files that never change, and the evergreen loader that names them. */
export async function buildSdk(widget: string, sdk: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(widget, 'package.json'), 'utf8'));
  const versioned = join(sdk, version);
  await buildPanel(widget, versioned);
  const panel = readdirSync(versioned).find((name) => basename(name).startsWith('panel.'));
  await buildLoader(widget, `../${version}/${panel}`, join(sdk, 'v1'));
}
