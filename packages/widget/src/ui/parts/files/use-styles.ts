import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { addStyles } from '../../../lib/styles.ts';
import css from './files.css?inline';

const styled = new WeakSet<Node>();

/** Before the first of it is painted. */
export function useStyles(ref: RefObject<Element | null>): void {
  useLayoutEffect(() => {
    const root = ref.current?.getRootNode();
    if (!(root instanceof ShadowRoot) || styled.has(root)) return;
    styled.add(root);
    addStyles(root, css);
  });
}
