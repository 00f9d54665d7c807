import type { SiteSettings } from '@throughline/shared/schema';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** What every part of the form is given. */
export interface PartProps {
  draft: SiteSettings;
  set(change: Partial<SiteSettings>): void;
}

interface SectionProps {
  title: string;
  text?: string;
  children: ComponentChildren;
}

/** A part of the form under a heading. */
export function Section({ title, text, children }: SectionProps) {
  const id = useId();
  return (
    <section class="site-section" aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        {text && <p class="field-hint">{text}</p>}
      </div>
      {children}
    </section>
  );
}
