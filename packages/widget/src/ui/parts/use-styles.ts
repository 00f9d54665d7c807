import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { addStyles } from '../../lib/styles.ts';

const styled = new WeakMap<ShadowRoot, Set<string>>();

/** A part's own styles come into the widget with it, once, before the first of it is painted. */
export function useStyles(ref: RefObject<Element | null>, css: string): void {
  useLayoutEffect(() => {
    const root = ref.current?.getRootNode();
    if (!(root instanceof ShadowRoot)) return;
    const known = styled.get(root) ?? new Set();
    if (!known.has(css)) addStyles(root, css);
    styled.set(root, known.add(css));
  });
}
