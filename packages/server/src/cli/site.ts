import { parse, type Site, site as siteSchema } from '@throughline/shared/schema';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { UsageError } from '../lib/errors.ts';
import { openBlueprint } from '../settings/blueprint.ts';
import { createSites } from '../settings/sites.ts';
import { openSqliteStore } from '../store/sqlite/index.ts';
import type { Invocation } from './invocation.ts';

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

export async function addSite({ env, values, print }: Invocation): Promise<number> {
  const config = readConfig(env);
  const store = openSqliteStore({ dataDir: config.dataDir, guest: true });
  try {
    const blueprint = await openBlueprint(store, systemClock);
    const sites = createSites(blueprint);
    const site = read(values, sites.get);
    await sites.put(site, 'cli');
    const base = config.publicUrl ?? `http://${config.host}:${config.port}`;
    print(
      `Site "${site.key}" is published as version ${blueprint.version}. Paste this before </body>:\n`,
    );
    print(snippet(base, site));
  } finally {
    await store.close();
  }
  return 0;
}
