import type { ComponentChildren } from 'preact';
import type { Icon } from './icons.tsx';

interface EmptyStateProps {
  icon: Icon;
  title: string;
  children?: ComponentChildren;
}

/** Why there is nothing here, and what one can do. */
export function EmptyState({ icon: Glyph, title, children }: EmptyStateProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Glyph size={24} />
      </span>
      <p class="empty-title">{title}</p>
      {children && <div class="empty-more">{children}</div>}
    </div>
  );
}
