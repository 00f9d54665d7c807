import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const HERE = import.meta.dirname;

/** Classes that a folder's sheets give a look of their own, wherever they stand. */
function styled(folder: string): Set<string> {
  const sheets = readdirSync(folder).filter((name) => name.endsWith('.css'));
  const rules = sheets
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll(/\/\*.*?\*\//gs, ''))
    .flatMap((sheet) => [...sheet.matchAll(/([^{};]+)\{/g)]);
  const selectors = rules.flatMap(([, list = '']) => list.split(',').map((one) => one.trim()));
  return new Set(selectors.filter((selector) => /^\.[\w-]+$/.test(selector)));
}

test('what the pages of administrators look like stays with them: their sheets are never unloaded', () => {
  const everywhere = styled(HERE);
  const admin = styled(join(HERE, 'admin'));
  expect(everywhere).toContain('.day');
  expect(admin).toContain('.office-day');
  expect([...admin].filter((name) => everywhere.has(name))).toEqual([]);
});
