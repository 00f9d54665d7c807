import { readFileSync } from 'node:fs';
import { parse, type Site, site as siteSchema } from '@throughline/shared/schema';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { UsageError } from '../lib/errors.ts';
import { openBlueprint } from '../settings/blueprint.ts';
import { createSites, type Sites } from '../settings/sites.ts';
import type { Call, Command, Invocation } from './invocation.ts';
import { withStore } from './with-store.ts';

/** What a business pastes into its pages. */
export const snippet = (
  base: string,
  { key, accent }: Pick<Site, 'key' | 'accent'>,
): string => `<script>
  window.Throughline ??= (...call) => { (Throughline.q ??= []).push(call); };
</script>
<script async src="${base}/sdk/v1/loader.js" data-throughline-site="${key}" data-throughline-accent="${accent}"></script>`;

/** What each option takes, for whoever gave it something else. */
const takes: Record<string, string> = {
  key: '--key takes 3 to 40 small letters, digits and hyphens, such as my-shop.',
  name: '--name takes up to 200 characters, such as "My Shop".',
  origins: '--origin takes the address of a page without a path, such as https://shop.example.com.',
  accent: '--accent takes a colour such as #3457d5.',
  greeting: '--greeting takes up to 200 characters.',
  language: '--language takes a tag such as de or pt-BR.',
  position: '--position takes right or left.',
  pageEvents: '--mirror takes dataLayer, analytics or none.',
  files: '--files takes on or off.',
};

/** As browsers write it, where it is an origin at all: no slash, no capitals, no usual port. */
function originOf(address: unknown): unknown {
  const url = URL.canParse(String(address)) ? new URL(String(address)) : undefined;
  return url && url.pathname === '/' && url.search + url.hash === '' ? url.origin : address;
}

/** `--mirror dataLayer --mirror analytics`, or `none`; undefined: as it was. */
function mirrorsIn(mirrors: Invocation['values'][string]): object | undefined {
  if (!Array.isArray(mirrors)) return undefined;
  return Object.fromEntries(mirrors.filter((name) => name !== 'none').map((name) => [name, true]));
}

function read(values: Invocation['values'], known: (key: string) => Site | undefined): Site {
  const { key, name, origin, accent, greeting, language, position } = values;
  if (!key || !name || !Array.isArray(origin))
    throw new UsageError(
      'A site needs --key, --name and at least one --origin https://shop.example.com',
    );
  const origins = origin.map(originOf);
  const pageEvents = mirrorsIn(values.mirror);
  const files = { on: true, off: false }[String(values.files)] ?? values.files;
  const said = { key, name, origins, accent, greeting, language, position, pageEvents, files };
  const given = Object.entries(said).filter(([, value]) => value !== undefined);
  const checked = parse(siteSchema, { ...known(String(key)), ...Object.fromEntries(given) });
  if (checked.ok) return checked.value;
  const [field = ''] = (checked.error.field ?? '').split('.');
  throw new UsageError(takes[field] ?? checked.error.message);
}

/** With the sites of the data folder, beside a relay that may be running. */
async function withSites(
  { env }: Pick<Invocation, 'env'>,
  run: (sites: Sites, around: { version(): number; base: string }) => Promise<void>,
): Promise<number> {
  const config = readConfig(env);
  return withStore(config, async (store) => {
    const blueprint = await openBlueprint(store, systemClock);
    const base = config.publicUrl ?? `http://${config.host}:${config.port}`;
    await run(createSites(blueprint), { version: () => blueprint.version, base });
    return 0;
  });
}

export const addSite = ({ env, values, print }: Invocation): Promise<number> =>
  withSites({ env }, async (sites, { version, base }) => {
    const site = read(values, sites.get);
    await sites.put(site, 'cli');
    print(`Site "${site.key}" is published as version ${version()}. Paste this before </body>:\n`);
    print(snippet(base, site));
  });

/** All that is configured of a site, as `site apply` takes it. */
export const showSite: Command = {
  about: 'Print all that is configured of a site, as JSON.',
  takes: 'KEY',
  options: {},
  words: 1,
  run: ({ env, words: [key = ''], print }: Call) =>
    withSites({ env }, async (sites) => {
      const site = sites.get(key);
      if (!site) throw new UsageError(`There is no site "${key}".`);
      print(JSON.stringify(site, null, 2));
    }),
};

function fromFile(path: string): Site {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  const checked = parse(siteSchema, document);
  if (checked.ok) return checked.value;
  throw new UsageError(`${path}: ${checked.error.field ?? 'the site'}: ${checked.error.message}`);
}

export const applySite: Command = {
  about: 'Add or replace a site as a JSON file has it; open pages take it over.',
  takes: 'FILE',
  options: {},
  words: 1,
  run: ({ env, words: [path = ''], print }: Call) =>
    withSites({ env }, async (sites, { version }) => {
      const site = fromFile(path);
      await sites.put(site, 'cli');
      print(`Site "${site.key}" is published as version ${version()}.`);
    }),
};
