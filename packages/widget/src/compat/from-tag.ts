import type { Call, Run } from '../api.ts';
import { saidBy } from '../lib/said.ts';
import type { Chat } from './chat.ts';

type Global = Run & { q?: Call[]; get?: unknown; src?: string };

/**
 * The widget of the tag that carries this script; the site it names counts, and not the id that the
 * vendor's calls name. The loader beside it comes by `import`, which a nonce and Trusted Types let through.
 */
export function chatFromTag(): Chat {
  const tag = document.currentScript as HTMLScriptElement;
  const said = saidBy(tag);
  const page = window as { Throughline?: Global };
  const run: Run = (...call) =>
    page.Throughline?.get || !call[0].startsWith('get') ? page.Throughline?.(...call) : undefined;
  if (!page.Throughline?.get) {
    const src = new URL('../loader.js', tag.src).href;
    const q: Call[] = page.Throughline?.q ?? [];
    const stub: Global = page.Throughline ?? ((...call) => void q.push(call));
    page.Throughline = Object.assign(stub, { q, src });
    import(/* @vite-ignore */ src).catch(reportError);
  }
  let hasBegun = false;
  return {
    isHere: said.site !== undefined,
    run,
    apply(options, named) {
      const site = said.site ?? named;
      if (hasBegun || site === undefined) run('update', options);
      else run('init', { ...said, ...options, site });
      hasBegun ||= site !== undefined;
    },
  };
}
