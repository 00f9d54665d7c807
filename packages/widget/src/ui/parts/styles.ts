import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { addStyles } from '../../lib/styles.ts';

const styled = new WeakMap<ShadowRoot, Set<string>>();

/** Brings the style sheet of a part, once a widget. */
export function useStyles(ref: RefObject<HTMLElement | null>, css: string): void {
  useLayoutEffect(() => {
    const root = ref.current?.getRootNode();
    if (!(root instanceof ShadowRoot)) return;
    const known = styled.get(root) ?? new Set();
    if (!known.has(css)) addStyles(root, css);
    styled.set(root, known.add(css));
  });
}
