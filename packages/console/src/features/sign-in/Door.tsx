import type { ComponentChildren } from 'preact';
import { Mark } from '../../ui/icons.tsx';

interface DoorProps {
  title: string;
  text?: string;
  children: ComponentChildren;
}

/** The page in front of the console. */
export function Door({ title, text, children }: DoorProps) {
  return (
    <main class="door">
      <div class="door-card">
        <p class="door-brand">
          <Mark /> Throughline
        </p>
        <h1>{title}</h1>
        {text && <p class="door-text">{text}</p>}
        {children}
      </div>
    </main>
  );
}

/** What went wrong or happened, above a form. */
export function DoorNotice({ text, tone }: { text: string | null; tone: 'bad' | 'plain' }) {
  return (
    <div role="status" aria-live="polite">
      {text && <p class={`door-notice door-notice-${tone}`}>{text}</p>}
    </div>
  );
}
