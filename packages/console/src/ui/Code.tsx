interface CodeProps {
  label: string;
  children: string;
  /** Long lines are broken instead of scrolled. */
  isWrapped?: boolean;
}

/** Text as it is, and nothing but text; the keyboard can scroll it. */
export function Code({ label, children, isWrapped = false }: CodeProps) {
  return (
    <section
      class={`code ${isWrapped ? 'code-wrapped' : ''}`}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
      tabIndex={0}
    >
      <pre>{children}</pre>
    </section>
  );
}
