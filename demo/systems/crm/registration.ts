import { readJson, writeJson } from '../json-file.ts';
import type { RelayApi } from '../relay-api.ts';
import { VIEWED } from './view.ts';

interface Registration {
  id: string;
  url: string;
  /** What the relay signs with. Told once, so it is kept. */
  secret: string;
}

/** Asks the relay, once, to send events to `url`; afterwards only says so when the address changed. */
export async function register(
  relay: RelayApi,
  { file, url }: { file: string; url: string },
): Promise<Registration> {
  const known = readJson<Registration>(file);
  if (known?.url === url) return known;
  const current = known ? await move(relay, known, url) : await create(relay, url);
  writeJson(file, current);
  return current;
}

async function create(relay: RelayApi, url: string): Promise<Registration> {
  const body = { url, description: 'CRM', types: VIEWED, pii: 'content', order: 'conversation' };
  const { data } = await relay<Registration>('/endpoints', { method: 'POST', body });
  return { id: data.id, url, secret: data.secret };
}

async function move(relay: RelayApi, known: Registration, url: string): Promise<Registration> {
  const path = `/endpoints/${known.id}`;
  const { etag } = await relay(path);
  await relay(path, { method: 'PATCH', body: { url }, version: etag });
  return { ...known, url };
}
