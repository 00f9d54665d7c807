import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { addStyles } from '../../lib/styles.ts';

const known = new WeakMap<ShadowRoot, Set<string>>();

/** Brings a part's styles along, once for each widget, before what needs them is painted. */
export function useStyles<E extends HTMLElement>(css: string): RefObject<E | null> {
  const ref = useRef<E>(null);
  useLayoutEffect(() => {
    const root = ref.current?.getRootNode();
    if (!(root instanceof ShadowRoot)) return;
    const sheets = known.get(root) ?? new Set();
    known.set(root, sheets);
    if (sheets.has(css)) return;
    sheets.add(css);
    addStyles(root, css);
  }, [css]);
  return ref;
}
