import { addStyles } from '../lib/styles.ts';
import type { Launcher } from './launcher.ts';
import css from './launcher-state.css?inline';

const CROSS = 'M6 6l12 12M18 6L6 18';

export interface LauncherState {
  open: boolean;
  unread: number;
  label: string;
}

/** What the button shows of a panel, once there is one: a cross, a count. */
export function showState({ root, button, set }: Launcher): (state: LauncherState) => void {
  addStyles(root, css);
  const badge = document.createElement('span');
  badge.className = 'badge';
  const cross = button.firstElementChild?.cloneNode(true) as SVGElement;
  cross.firstElementChild?.setAttribute('d', CROSS);
  button.append(cross, badge);
  return ({ open, unread, label }) => {
    set({ label });
    button.setAttribute('aria-expanded', `${open}`);
    badge.replaceChildren(unread > 99 ? '99+' : `${unread || ''}`);
  };
}
