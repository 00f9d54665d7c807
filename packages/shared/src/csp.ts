/** Directives of a content security policy, each with its sources. */
export type CspDirectives = Record<'script-src' | 'connect-src' | 'img-src', string[]>;

/** What a page must allow for the chat of a relay. Styles need nothing: they are made by script. */
export function cspDirectives({ relay }: { relay: string }): CspDirectives {
  const { origin, host, protocol } = new URL(relay);
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  return { 'script-src': [origin], 'connect-src': [origin, socket], 'img-src': [origin] };
}
