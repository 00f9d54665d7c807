/** Scheme, host and port of an address that says nothing else; undefined: it is none. */
export function originIn(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, pathname, search, hash, username, origin } = new URL(address);
  const isBare = pathname === '/' && !(search || hash || username);
  return /^https?:$/.test(protocol) && isBare ? origin : undefined;
}
