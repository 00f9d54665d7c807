import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Bench, Figure } from './figures.ts';

const widget = join(import.meta.dirname, '../packages/widget');
/** Where `scripts/build.ts` leaves what pages load. */
export const sdk = join(widget, 'dist/sdk');
const console = join(import.meta.dirname, '../packages/console/dist');

const brotliBytes = (file: string): number =>
  brotliCompressSync(readFileSync(file), {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  }).length;

const filesBelow = (dir: string, ending: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(dir, name));

/** preact + hooks + zustand/vanilla + socket.io-client, measured as one bundle. */
const LIBRARIES_BYTES = 16_700;

type Sized = Omit<Figure, 'bench'>;

/** What a visitor's browser loads, in bytes on the wire. */
export function widgetSizes(): Sized[] {
  const loader = brotliBytes(join(sdk, 'v1/loader.js'));
  const { version } = JSON.parse(readFileSync(join(widget, 'package.json'), 'utf8'));
  const [panel = ''] = filesBelow(join(sdk, version), '.js').filter((file) =>
    file.includes('panel.'),
  );
  const setting = 'brotli 11, as built';
  const unit = 'bytes';
  return [
    { metric: 'loader_brotli_bytes', value: loader, unit, goal: 2500, setting },
    {
      ...{ metric: 'open_brotli_bytes', value: loader + brotliBytes(panel), unit },
      ...{ goal: 30_000, floor: LIBRARIES_BYTES },
      setting: `${setting}; loader and panel with styles and English`,
    },
    ...['intercom', 'chatwoot', 'crisp'].map((vendor) => ({
      metric: `compat_${vendor}_brotli_bytes`,
      value: brotliBytes(join(sdk, `v1/compat/${vendor}.js`)),
      ...{ unit, goal: 3000, setting: `${setting}; beside the loader` },
    })),
  ];
}

function consoleSize(): Sized {
  const app = [...filesBelow(console, '.js'), ...filesBelow(console, '.css')];
  const value = app.reduce((sum, file) => sum + brotliBytes(file), 0);
  const setting = 'brotli 11, as built; scripts and styles';
  return { metric: 'console_brotli_bytes', value, unit: 'bytes', setting };
}

export const size: Bench = async (report) => {
  for (const figure of [...widgetSizes(), consoleSize()]) report(figure);
};
