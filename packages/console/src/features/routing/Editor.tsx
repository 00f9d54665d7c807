import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Placed } from './draft.ts';

/** A line to go to; the number makes two asks in a row differ. */
export interface Jump {
  line: number;
  nth: number;
}

interface EditorProps {
  text: string;
  findings: readonly Placed[];
  jump: Jump | null;
  onText(text: string): void;
}

/** Where a line of a text begins and ends. */
function rangeOf(text: string, line: number): [start: number, end: number] {
  const lines = text.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  return [start, start + (lines[line - 1]?.length ?? 0)];
}

/** The document as text, each line with its number; lines with something wrong in them are marked. */
export function Editor({ text, findings, jump, onText }: EditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLOListElement>(null);
  const count = text.split('\n').length;
  const marked = new Map(findings.map(({ line, message }) => [line, message]));

  useLayoutEffect(() => {
    const area = field.current;
    if (!area || !jump) return;
    area.focus();
    area.setSelectionRange(...rangeOf(area.value, jump.line));
    const lineHeight = area.scrollHeight / Math.max(1, area.value.split('\n').length);
    area.scrollTop = Math.max(0, (jump.line - 4) * lineHeight);
  }, [jump]);

  return (
    <div class="editor">
      <ol class="editor-gutter" ref={gutter} aria-hidden="true">
        {Array.from({ length: count }, (_, i) => (
          <li key={i} class={marked.has(i + 1) ? 'is-marked' : ''} title={marked.get(i + 1)}>
            {i + 1}
          </li>
        ))}
      </ol>
      <textarea
        ref={field}
        class="editor-text"
        aria-label="Routing, as YAML or JSON"
        aria-invalid={findings.length > 0}
        aria-describedby="routing-state"
        dir="ltr"
        wrap="off"
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        value={text}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        onScroll={({ currentTarget: { scrollTop } }) => {
          if (gutter.current) gutter.current.scrollTop = scrollTop;
        }}
      />
    </div>
  );
}
