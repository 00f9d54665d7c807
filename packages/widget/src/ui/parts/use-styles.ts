import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { addStyles } from '../../lib/styles.ts';

const styled = new WeakMap<Node, Set<string>>();

/** A part's own styles come into the widget with it, once. */
export function useStyles(part: RefObject<Element | null>, css: string): void {
  useLayoutEffect(() => {
    const root = part.current?.getRootNode();
    if (!(root instanceof ShadowRoot)) return;
    const known = styled.get(root) ?? new Set();
    if (!known.has(css)) addStyles(root, css);
    styled.set(root, known.add(css));
  }, []);
}
