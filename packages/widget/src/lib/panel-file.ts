import type { PanelFile } from '../panel.tsx';

/** The panel's file beside a script of ours, filled in by the build. */
declare const __PANEL__: string;

/**
 * Fetches the panel when it is asked for, and anew after a failure. Firefox asks only once for a module it could
 * not get, but takes the same file under another fragment for another one; its parts, which know it by its own
 * name, stay away then. So that name comes first each time: in every other browser it works again.
 */
export function panelBeside(script: string): () => Promise<PanelFile> {
  const url = new URL(__PANEL__, script).href;
  let other = '';
  const get = (name: string): Promise<PanelFile> => import(/* @vite-ignore */ name);
  return () =>
    get(url).catch((error) => {
      other += '#';
      if (other === '#') throw error;
      return get(url + other);
    });
}
