/**
 * Builds what `pnpm pack` puts into the widget's package: a module for each entry, trimmed as the relay's
 * own files are, and the types beside it. Of zod it needs those alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { forBrowsers } from './build-sdk.ts';

const root = join(import.meta.dirname, '..');
const widget = join(root, 'packages/widget');

interface Manifest {
  exports: Record<string, string>;
}

/** The package's entries in the workspace: `./react` is `./src/react.ts`. */
const entriesOf = ({ exports }: Manifest): [name: string, source: string][] =>
  Object.values(exports).map((source) => [
    source.replace('./src/', '').replace('.ts', ''),
    join(widget, source),
  ]);

const buildModules = (entries: [string, string][], outDir: string) =>
  build({
    ...forBrowsers(widget),
    build: {
      outDir,
      emptyOutDir: true,
      // Whoever bundles it makes it small.
      minify: false,
      lib: { entry: Object.fromEntries(entries), formats: ['es'] },
      rolldownOptions: {
        external: ['react', /^zustand/],
        // `use client` stays where it counts: at the top of its entry.
        onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].[hash:6].js' },
      },
    },
  });

const shared = join(root, 'packages/shared');

const readManifest = (dir: string): Manifest =>
  JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest;

/** `@throughline/shared/schema` is this file. */
const sharedDoors: Record<string, string> = Object.fromEntries(
  Object.entries(readManifest(shared).exports).map(([door, source]) => [
    `@throughline/shared${door.slice(1)}`,
    join(shared, source),
  ]),
);

const SPECIFIER = /(\bfrom |\bimport\()(["'])([^"']+)\2/g;

/** Declarations of our own packages, by the path of their source. */
function declare(entries: [string, string][], dir: string): void {
  const config = join(dir, 'tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(root, 'packages'),
    outDir: dir,
    // Past `node_modules`, what is in there gets no declarations.
    paths: Object.fromEntries(Object.entries(sharedDoors).map(([door, file]) => [door, [file]])),
    typeRoots: [join(root, 'node_modules/@types')],
    types: [join(root, 'node_modules/vite/client.d.ts')],
  };
  const files = entries.map(([, source]) => source);
  const base = join(widget, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ extends: base, compilerOptions, files, include: [] }));
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', config], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The types could not be made: ${stdout}`);
}

/** Takes over what the entries lead to, with the shared package as a folder beside the widget's. */
function copyReachable(from: string, to: string, entries: string[]): void {
  const sourceOf = (specifier: string, file: string): string | undefined => {
    const door = sharedDoors[specifier];
    if (door) return relative(join(root, 'packages'), door);
    return specifier.startsWith('.') ? join(dirname(file), specifier) : undefined;
  };
  const seen = new Set<string>();
  const take = (source: string): void => {
    const file = source.replace(/\.tsx?$/, '.d.ts');
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(from, file), 'utf8');
    const next = text.replace(
      SPECIFIER,
      (...[whole = '', before, quote, specifier = '']: string[]) => {
        const target = sourceOf(specifier, file);
        if (target === undefined) return whole;
        take(target);
        const path = relative(dirname(file), target).replace(/\.tsx?$/, '.js');
        return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
      },
    );
    mkdirSync(dirname(join(to, file)), { recursive: true });
    writeFileSync(join(to, file), next);
  };
  for (const entry of entries) take(join('widget/src', `${entry}.ts`));
}

export async function buildNpm(outDir: string): Promise<void> {
  const entries = entriesOf(readManifest(widget));
  await buildModules(entries, outDir);
  // Inside the tree: types are looked up from where the file is.
  const scratch = mkdtempSync(join(widget, 'dist/types-'));
  try {
    declare(entries, scratch);
    copyReachable(
      scratch,
      join(outDir, 'types'),
      entries.map(([name]) => name),
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await buildNpm(join(widget, 'dist/npm'));
