import type { VNode } from 'preact';
import { initials } from './format.ts';

export function Avatar({ name, online }: { name: string; online?: boolean }): VNode {
  return (
    <span class="avatar" data-online={online} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
