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

/** Why a form was not taken; its place is kept free, so that nothing moves. */
export const Refusal = ({ text }: { text: string | null }) => (
  <p class="door-refusal" role="status">
    {text}
  </p>
);
