import { cspDirectives } from '@throughline/shared/csp';
import { type Config, readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { UsageError } from '../lib/errors.ts';
import { openBlueprint } from '../settings/blueprint.ts';
import { isFirstStart } from '../store/open.ts';
import { type Finding, report } from './finding.ts';
import { isWhole } from './integrity.ts';
import type { Invocation } from './invocation.ts';
import { allows, type Policy, parsePolicy } from './page-policy.ts';
import { withStore } from './with-store.ts';

const TIMEOUT_MS = 10_000;

interface LivePage {
  url: string;
  html: string;
  policies: Policy[];
}

/** The page as a browser gets it, with what its header and its own tags forbid. */
async function fetchPage(address: string): Promise<LivePage> {
  const answer = await fetch(address, {
    headers: { accept: 'text/html' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  const html = await answer.text();
  const tags = [...html.matchAll(/<meta\b[^>]*http-equiv=["']?content-security-policy\b[^>]*>/gi)];
  const inTags = tags.map(([tag]) => attribute(tag, 'content') ?? '');
  // Two headers arrive as one, with a comma between them.
  const inHeader = answer.headers.get('content-security-policy')?.split(',') ?? [];
  return { url: answer.url, html, policies: [...inHeader, ...inTags].map(parsePolicy) };
}

function attribute(tag: string, name: string): string | undefined {
  const [, double, single, bare] =
    new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag) ?? [];
  return double ?? single ?? bare;
}

interface Tag {
  relay: string;
  site: string | undefined;
  nonce: string | undefined;
  src?: string;
  integrity?: string | undefined;
  /** Whether the browser asks for the file by CORS, without which it cannot be held to a hash. */
  isCors?: boolean;
}

const SCRIPT = /<script\b[^>]*\/sdk\/[^>]*(?:loader|elements|compat\/\w+)\.js[^>]*>/i;

function findTag({ html, url }: LivePage): Tag | undefined {
  const [tag] = SCRIPT.exec(html) ?? [];
  const src = tag && attribute(tag, 'src');
  if (!src) return undefined;
  const { origin, href } = new URL(src, url);
  return {
    relay: origin,
    site: attribute(tag, 'data-throughline-site'),
    nonce: attribute(tag, 'nonce'),
    src: href,
    integrity: attribute(tag, 'integrity'),
    isCors: origin === new URL(url).origin || /\scrossorigin\b/i.test(tag),
  };
}

/** Whether a browser runs the file that the tag names, if the tag holds it to a hash. */
async function judgeIntegrity({ src, integrity, isCors }: Tag): Promise<Finding[]> {
  if (!src || !integrity) return [];
  const found = (state: Finding['state'], says: string): Finding[] => [
    { check: 'integrity', state, says },
  ];
  if (!isCors) return found('fault', 'add crossorigin="anonymous" to the tag');
  const answer = await fetch(src, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => null);
  if (!answer?.ok) return found('fault', `${src} answered ${answer ? answer.status : 'nothing'}`);
  const file = Buffer.from(await answer.arrayBuffer());
  if (!isWhole(file, integrity))
    return found(
      'fault',
      `it is not the hash of ${src}; a version's are in its integrity.json: /sdk/<version>/`,
    );
  return /\/sdk\/v\d+\//.test(src)
    ? found('warning', `${src} changes with the next upgrade; name the version in its place`)
    : found('ok', `is that of ${src}`);
}

const written = (relay: string): string =>
  Object.entries(cspDirectives({ relay }))
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');

/** Each directive the chat needs, and what every policy of the page says to it. */
function judge({ policies, url }: LivePage, { relay, nonce }: Tag): Finding[] {
  return Object.entries(cspDirectives({ relay })).map(([directive, sources]) => {
    const missing = sources.filter((source) =>
      policies.some((policy) => !allows(policy, { directive, source, page: url, nonce })),
    );
    if (missing.length === 0) return { check: directive, state: 'ok', says: 'lets the chat in' };
    const isStrict = policies.some((policy) =>
      policy.get('script-src')?.includes("'strict-dynamic'"),
    );
    const says =
      directive === 'script-src' && isStrict
        ? "give the tag the policy's nonce: <script nonce=…>"
        : `add ${missing.join(' ')}`;
    return { check: directive, state: 'fault', says };
  });
}

/** Whether the relay of this folder knows the site, and lets it be used on this page. */
async function judgeSite(config: Config, { site }: Tag, page: string): Promise<Finding[]> {
  if (!site || (await isFirstStart(config))) return [];
  return withStore(config, async (store): Promise<Finding[]> => {
    const { sites } = (await openBlueprint(store, systemClock)).current;
    const found = sites.find(({ key }) => key === site);
    const { origin } = new URL(page);
    const says = found
      ? `"${site}" does not allow ${origin}; add it with: throughline site add --origin ${origin} …`
      : `there is no site "${site}" on this relay`;
    return found?.origins.includes(origin)
      ? [{ check: 'site', state: 'ok', says: `"${site}" allows ${origin}` }]
      : [{ check: 'site', state: 'fault', says }];
  });
}

async function examine(address: string, { config, base }: { config: Config; base: string }) {
  const page = await fetchPage(address);
  const tag = findTag(page);
  const assumed = tag ?? { relay: base, site: undefined, nonce: undefined };
  const snippet: Finding = tag
    ? { check: 'snippet', state: 'ok', says: `of ${tag.relay}` }
    : { check: 'snippet', state: 'warning', says: 'none in the page; a tag manager may bring it.' };
  return [
    { check: 'page needs', state: 'ok', says: written(assumed.relay) } satisfies Finding,
    snippet,
    ...(tag ? await judgeIntegrity(tag) : []),
    ...(tag && tag.relay === base ? await judgeSite(config, tag, page.url) : []),
    ...judge(page, assumed),
  ];
}

/** Says what the page at an address must allow for the chat, and whether it does; exits 1 if it does not. */
export async function doctorPage({ env, values, print }: Invocation): Promise<number> {
  const config = readConfig(env);
  const { publicUrl, host, port } = config;
  const address = String(values.site);
  if (!/^https?:/.test(address) || !URL.canParse(address))
    throw new UsageError('--site takes the address of a page, such as https://shop.example.com/');
  const base = new URL(publicUrl ?? `http://${host}:${port}`).origin;
  const unreachable = ({ message, cause }: Error): Finding[] => {
    const why = cause instanceof Error && cause.message ? cause.message : message;
    return [
      { check: 'page needs', state: 'ok', says: written(base) },
      { check: 'page', state: 'fault', says: `${address} could not be read: ${why}.` },
    ];
  };
  return report(await examine(address, { config, base }).catch(unreachable), { values, print });
}
