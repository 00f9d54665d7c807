import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Where the relay may connect on a business's behalf: the public Internet, and what the operator allowed
 * by name. Everything private is reachable from where a relay stands and is nobody's business (SSRF).
 */
export interface Egress {
  /** Why this address must not be called; undefined: it may. Resolves its name. */
  check(url: string): Promise<string | undefined>;
  /** For `net.connect`: resolves, checks every answer, and connects to what was checked. */
  lookup: LookupFunction;
  /** An address that is no name never passes `lookup`; to be asked before each connection. */
  mayConnect(url: URL): boolean;
}

type Resolve = typeof systemLookup;

/** RFC 6890 and its updates: special-purpose IPv4. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Inside 2000::/3, which is all there is of public IPv6: tunnels that carry IPv4, and examples. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
const PUBLIC_IPV6 = ['2000::/3'];
/** An interface identifier that carries IPv4 (ISATAP, RFC 5214). */
const ISATAP = /(^|:)0?200:5efe:|(^|:)0?0?0?0?:?5efe:/i;

/** Ports of web servers; others would make us knock at mail servers and databases. */
const PORTS = new Set(['', '443', '8443']);

function parseRanges(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

const [special4, special6, public6] = [SPECIAL_IPV4, SPECIAL_IPV6, PUBLIC_IPV6].map(parseRanges);

const isIn = (list: BlockList | undefined, address: string): boolean =>
  list?.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ?? false;

/** Anybody's address, not one of this network. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !isIn(special4, address);
  return isIn(public6, address) && !isIn(special6, address) && !ISATAP.test(address);
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The address, or why it is none of ours to call. */
function read(text: string): URL | string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return 'it is no https address';
  return url.username || url.password ? 'it carries a user name' : url;
}

type Told = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/**
 * Asks for each name once at a time. Lookups share four threads with files and passwords: sixteen tries
 * of one endpoint whose name server is silent would hold up all of them.
 */
function createResolver(resolve: Resolve) {
  const waiting = new Map<string, Told[]>();
  return (hostname: string, options: LookupOptions, told: Told): void => {
    const key = `${hostname} ${options.family} ${options.hints}`;
    const known = waiting.get(key);
    if (known) return void known.push(told);
    const all = [told];
    waiting.set(key, all);
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      waiting.delete(key);
      for (const tell of all) tell(error, addresses ?? []);
    });
  };
}

export function createEgress(allow: readonly string[], resolve: Resolve = systemLookup): Egress {
  const ask = createResolver(resolve);
  const allowed = parseRanges(allow);
  const isAllowed = (address: string) => isIn(allowed, address);
  const mayReach = (address: string) => isAllowed(address) || isPublic(address);

  const lookup: LookupFunction = (hostname, options, done) => {
    ask(hostname, options, (error, addresses) => {
      const bad = addresses.find(({ address }) => !mayReach(address));
      const [first] = addresses;
      if (error) done(error, '', 0);
      else if (bad || !first)
        done(new Error(`${hostname} leads to an address that must not be called`), '', 0);
      else if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };

  const resolved = (hostname: string): Promise<string[]> =>
    new Promise((done) =>
      ask(hostname, {}, (error, addresses) =>
        done(error ? [] : addresses.map(({ address }) => address)),
      ),
    );

  async function check(text: string): Promise<string | undefined> {
    const url = read(text);
    if (typeof url === 'string') return url;
    const host = hostOf(url);
    const addresses = isIP(host) ? [host] : await resolved(host);
    if (addresses.length === 0) return 'its name cannot be resolved';
    // What the operator allowed by name may be plain http on any port: it is their own network.
    if (addresses.every(isAllowed)) return undefined;
    if (!addresses.every(mayReach)) return 'it leads into a private network';
    if (url.protocol !== 'https:') return 'it is not https';
    return PORTS.has(url.port) ? undefined : 'its port is not one of a web server';
  }

  return {
    check,
    lookup,
    mayConnect(url) {
      const host = hostOf(url);
      return isIP(host) === 0 || mayReach(host);
    },
  };
}
