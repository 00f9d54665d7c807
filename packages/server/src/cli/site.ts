import type { Site } from '@throughline/shared/schema';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { AppError, StartupError } from '../lib/errors.ts';
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

export async function addSite({ env, values, print }: Invocation): Promise<number> {
  const { key, name, origin, json: _json, ...more } = values;
  if (!key || !name || !origin)
    throw new StartupError(
      'A site needs --key, --name and at least one --origin https://shop.example.com',
    );
  const { accent, greeting, language, position } = more;
  const look = Object.fromEntries(
    Object.entries({ accent, greeting, language, position }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const config = readConfig(env);
  const store = openSqliteStore({ dataDir: config.dataDir, guest: true });
  try {
    const sites = await createSites(store, systemClock);
    await sites.put(
      { ...sites.get(String(key)), key, name, origins: origin, ...look } as never,
      'cli',
    );
    const base = config.publicUrl ?? `http://${config.host}:${config.port}`;
    print(`Site "${key}" is published as version ${sites.version}. Paste this before </body>:\n`);
    const site = sites.get(String(key));
    if (site) print(snippet(base, site));
  } catch (error) {
    if (error instanceof AppError)
      throw new StartupError(`The site cannot be published: ${error.message}.`);
    throw error;
  } finally {
    await store.close();
  }
  return 0;
}
