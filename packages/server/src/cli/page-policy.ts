/** A page's content security policy: each directive with its sources. */
export type Policy = ReadonlyMap<string, readonly string[]>;

/** By the grammar of CSP Level 3, 2.2: of a directive given twice the first counts. */
export function parsePolicy(text: string): Policy {
  const policy = new Map<string, string[]>();
  for (const directive of text.split(';')) {
    const [name = '', ...sources] = directive.trim().split(/\s+/);
    if (name && !policy.has(name.toLowerCase())) policy.set(name.toLowerCase(), sources);
  }
  return policy;
}

/** Where a browser looks, in this order (CSP Level 3, 6.8). */
const FALLBACKS: Record<string, string[]> = {
  'script-src': ['script-src-elem', 'script-src', 'default-src'],
  'connect-src': ['connect-src', 'default-src'],
  'img-src': ['img-src', 'default-src'],
};

/** Which schemes another stands for (CSP Level 3, 6.7.2.8). */
const UPGRADES: Record<string, string[]> = {
  http: ['http', 'https'],
  ws: ['ws', 'wss', 'http', 'https'],
  wss: ['wss', 'https'],
};
const fits = (scheme: string, url: URL): boolean =>
  (UPGRADES[scheme] ?? [scheme]).includes(url.protocol.slice(0, -1));

const isHost = (pattern: string, host: string): boolean =>
  pattern === '*' ||
  (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern === host);

const PORTS: Record<string, string> = {
  'http:': '80',
  'ws:': '80',
  'https:': '443',
  'wss:': '443',
};

function matches(source: string, url: URL, page: URL): boolean {
  if (source === '*') return true;
  if (source === "'self'")
    return (
      url.host === page.host && (fits(page.protocol.slice(0, -1), url) || /^ws/.test(url.protocol))
    );
  if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return fits(source.slice(0, -1).toLowerCase(), url);
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/:]+)(?::(\d+|\*))?(?:\/.*)?$/i.exec(source);
  if (!parts) return false;
  const [, scheme = page.protocol.slice(0, -1), host = '', port] = parts;
  const isPort =
    port === '*' || (port ?? PORTS[url.protocol]) === (url.port || PORTS[url.protocol]);
  return fits(scheme.toLowerCase(), url) && isHost(host.toLowerCase(), url.hostname) && isPort;
}

interface Needed {
  directive: string;
  source: string;
  page: string;
  /** Of the chat's tag. */
  nonce?: string | undefined;
}

/** Whether a page with this policy lets the chat have what it needs from there. */
export function allows(policy: Policy, { directive, source, page, nonce }: Needed): boolean {
  const name = FALLBACKS[directive]?.find((candidate) => policy.has(candidate));
  const sources = policy.get(name ?? '');
  if (!sources) return true;
  const isScript = directive === 'script-src';
  if (isScript && nonce && sources.includes(`'nonce-${nonce}'`)) return true;
  // From here on only what a script with a nonce or a hash brings is trusted.
  if (isScript && sources.includes("'strict-dynamic'")) return false;
  return sources.some((said) => matches(said, new URL(source), new URL(page)));
}
