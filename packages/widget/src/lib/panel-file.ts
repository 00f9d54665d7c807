import type { PanelFile } from '../panel.tsx';

/** The panel's file beside a script of ours, filled in by the build. */
declare const __PANEL__: string;

/**
 * Fetches the panel when it is asked for, and anew after a failure. Firefox asks only once for a module it could
 * not get, but takes the same file under another fragment for another one; its parts, which know it by its own
 * name, stay away then. Where that name works, as in every other browser, it comes first.
 */
export function panelBeside(script: string): () => Promise<PanelFile> {
  let url = new URL(__PANEL__, script).href;
  let other: string | undefined;
  const get = (): Promise<PanelFile> => import(/* @vite-ignore */ url);
  return () =>
    get().catch((error) => {
      if (!other) {
        other = '#';
        throw error;
      }
      url += other;
      return get();
    });
}
