import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { useStyles } from '../use-part.ts';
import css from './avatar.css?inline';

/** First letters of the first and last word. */
function initials(name: string): string {
  const letters = name
    .trim()
    .split(/\s+/)
    .map(([letter = '']) => letter.toUpperCase());
  return letters.length > 1 ? `${letters[0]}${letters.at(-1)}` : `${letters[0]}`;
}

export function Avatar({ name, online }: { name: string; online?: boolean }): VNode {
  const sign = useRef<HTMLSpanElement>(null);
  useStyles(sign, css);
  return (
    <span ref={sign} class="avatar" data-online={online} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
