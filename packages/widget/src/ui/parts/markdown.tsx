import { drawMarkdown, parseMarkdown } from '@throughline/shared/markdown';
import { createElement, type VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { useStyles } from '../use-part.ts';
import css from './markdown.css?inline';

/** What an agent or a program wrote, with its marks drawn. */
export function Markdown({ text }: { text: string }): VNode {
  const ref = useRef<HTMLDivElement>(null);
  useStyles(ref, css);
  const drawn = useMemo(() => drawMarkdown<VNode>(parseMarkdown(text), createElement), [text]);
  return (
    <div class="marks" ref={ref}>
      {drawn}
    </div>
  );
}
