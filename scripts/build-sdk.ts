import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { type MinifyOptions, minify } from 'terser';
import { build, type InlineConfig, type Plugin } from 'vite';
import { trimClient } from './trim-socket-client.ts';

const terser = createRequire(import.meta.url)('terser/package.json') as { version: string };

/** Browsers with constructable style sheets, relative colours and `light-dark()`. */
const BROWSERS = ['chrome123', 'safari18', 'firefox128'];

/**
 * The wire is text over WebSocket and nothing else; this keeps the other transports and the binary
 * formats of socket.io's client, and its own way to reconnect, out of what visitors load (decisions
 * 0005 and 0011).
 */
function textOnly(widget: string): Plugin {
  const standIns: Record<string, string> = {
    'engine.io-client': join(widget, 'src/connection/text-only/engine.ts'),
    'socket.io-parser': join(widget, '../shared/src/text-parser.ts'),
    '@socket.io/component-emitter': join(widget, 'src/connection/text-only/emitter.ts'),
  };
  return {
    name: 'text-only',
    enforce: 'pre',
    async resolveId(id, importer) {
      if (id !== 'socket.io-client') return standIns[id];
      // Its front door names every transport; what we use stands behind it.
      const door = await this.resolve(id, importer, { skipSelf: true });
      return door?.id.replace(/index\.js$/, 'manager.js');
    },
    transform: trimClient,
  };
}

/** preact's own `h` instead of the automatic runtime, which brings a second one. */
const useH: Plugin = {
  name: 'use-h',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('.tsx') ? `import { h, Fragment } from 'preact';\n${code}` : undefined,
};

/**
 * A second minifier, behind the first, finds some more. Names that begin with one underscore are
 * socket.io's client's own and never leave it, so they can be short.
 */
const settings: MinifyOptions = {
  module: true,
  ecma: 2020,
  // Unsafe for code that builds objects with functions that are none, or texts from symbols.
  compress: { passes: 5, pure_getters: true, unsafe_arrows: true, unsafe: true },
  mangle: { properties: { regex: /^_[a-z]/ } },
};

const squeeze: Plugin = {
  name: 'squeeze',
  // File names are made before this runs, and have to change with it.
  augmentChunkHash: () => JSON.stringify(settings) + terser.version,
  async generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle))
      if (chunk.type === 'chunk') chunk.code = (await minify(chunk.code, settings)).code ?? '';
  },
};

/** What every build of the widget has in common. */
export const forBrowsers = (widget: string, ...more: Plugin[]): InlineConfig => ({
  configFile: false,
  root: widget,
  logLevel: 'warn',
  plugins: [textOnly(widget), useH, ...more],
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' } },
  define: { 'process.env.NODE_ENV': '"production"' },
});

const common = (widget: string): InlineConfig => forBrowsers(widget, squeeze);

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
        // What parts share with the panel stays in its file: they never come without it.
        preserveEntrySignatures: 'allow-extension',
        output: {
          minify: true,
          entryFileNames: '[name].[hash:6].js',
          chunkFileNames: '[name].[hash:6].js',
        },
      },
    },
  });

/** Classic scripts of script tags; one that brings the panel knows its name. */
const SCRIPTS: Record<string, string> = {
  loader: 'src/embed.ts',
  elements: 'src/elements-script.ts',
  // What a worker of the business's own origin imports.
  push: 'src/push-worker.ts',
  ...Object.fromEntries(
    ['intercom', 'chatwoot', 'crisp'].map((vendor) => [
      `compat/${vendor}`,
      `src/compat/scripts/${vendor}.ts`,
    ]),
  ),
};

async function buildScripts(widget: string, panel: string, outDir: string): Promise<void> {
  const config = common(widget);
  for (const [name, source] of Object.entries(SCRIPTS))
    await build({
      ...config,
      define: { ...config.define, __PANEL__: JSON.stringify(panel) },
      build: {
        ...output(outDir),
        emptyOutDir: false,
        rolldownOptions: {
          input: join(widget, source),
          output: { format: 'iife', minify: true, entryFileNames: `${name}.js` },
        },
      },
    });
}

/** The page of a chat in a window of its own; what it shows comes by the loader. */
async function buildChatPage(widget: string, outDir: string): Promise<unknown> {
  const built = await build({
    ...common(widget),
    build: {
      ...output(outDir),
      lib: { entry: { chat: join(widget, 'src/chat-page.ts') }, formats: ['es'] },
    },
  });
  cpSync(join(widget, 'chat'), outDir, { recursive: true });
  return built;
}

/** What a page that pins a version holds its files to (Subresource Integrity), by their place in the folder. */
function writeIntegrity(dir: string): void {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.js'))
    .sort();
  const hashOf = (file: string) =>
    createHash('sha384')
      .update(readFileSync(join(dir, file)))
      .digest('base64');
  const hashes = Object.fromEntries(files.map((file) => [file, `sha384-${hashOf(file)}`]));
  writeFileSync(join(dir, 'integrity.json'), `${JSON.stringify(hashes, null, 2)}\n`);
}

/** Versioned files that never change, and the evergreen scripts, which are the newest version's. */
export async function buildSdk(widget: string, sdk: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(widget, 'package.json'), 'utf8'));
  const versioned = join(sdk, version);
  await buildPanel(widget, versioned);
  const panel = readdirSync(versioned).find((name) => basename(name).startsWith('panel.'));
  const evergreen = join(sdk, 'v1');
  // The panel has one name from both folders.
  await buildScripts(widget, `../${version}/${panel}`, evergreen);
  cpSync(evergreen, versioned, { recursive: true });
  writeIntegrity(versioned);
  await buildChatPage(widget, join(sdk, 'chat'));
}
