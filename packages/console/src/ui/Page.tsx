import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from './Button.tsx';
import { BackIcon } from './icons.tsx';

interface PageProps {
  title: string;
  /** Under the title: what the page is for, or how things stand. */
  line?: ComponentChildren;
  actions?: ComponentChildren;
  back?: { label: string; onBack(): void };
  children: ComponentChildren;
}

/** A page in place of the inbox. */
export function Page({ title, line, actions, back, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // What had the focus is gone with the page before; whoever reads by ear goes on here.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, [title]);
  return (
    <main class="page">
      <header class="page-head">
        {back && <IconButton label={back.label} icon={BackIcon} onClick={back.onBack} />}
        <div class="page-words">
          <h1 ref={heading} tabIndex={-1} title={title}>
            <bdi>{title}</bdi>
          </h1>
          {line && <div class="page-line">{line}</div>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}
