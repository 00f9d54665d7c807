import { addStyles } from '../lib/styles.ts';
import css from './launcher.css?inline';

interface LauncherState {
  label?: string;
  busy?: boolean;
  hidden?: boolean | undefined;
  accent?: string | undefined;
  position?: string | undefined;
  offsetX?: number | undefined;
  offsetY?: number | undefined;
  zIndex?: number | undefined;
}

export interface Launcher {
  host: HTMLElement;
  root: ShadowRoot;
  button: HTMLButtonElement;
  /** Changes what is named and leaves the rest. */
  set(change: LauncherState): void;
}

interface LauncherHandlers {
  click(): void;
  /** The visitor is about to: hover, touch, keyboard focus. */
  intent(): void;
}

const BUBBLE =
  'M21 11.5a8.4 8.4 0 0 1-8.5 8.5 8.7 8.7 0 0 1-3.9-.9L3 21l1.9-5.6A8.5 8.5 0 1 1 21 11.5z';

/** The round button, in a shadow root that the panel will share. No storage, no socket, no request. */
export function createLauncher(handlers: LauncherHandlers): Launcher {
  const host = document.createElement('throughline-widget');
  const root = host.attachShadow({ mode: 'open' });
  addStyles(root, css);
  const button = document.createElement('button');
  button.className = 'launcher';
  button.part = 'launcher';
  button.ariaExpanded = 'false';
  // The name twice is shorter than a variable for it, once compressed.
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  icon.setAttribute('viewBox', '0 0 24 24');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', BUBBLE);
  icon.append(line);
  button.append(icon);
  root.append(button);
  button.onclick = handlers.click;
  button.onpointerenter = button.onfocus = handlers.intent;

  const style = (name: string, value: string) =>
    host.style.setProperty(`--throughline-${name}`, value);
  const setters: {
    [K in keyof LauncherState]-?: (value: NonNullable<LauncherState[K]>) => unknown;
  } = {
    label: (text) => {
      button.ariaLabel = text;
    },
    busy: (on) => {
      button.ariaBusy = `${on}`;
    },
    // As an attribute of the script tag says it: there, or `false`.
    hidden: (on) => button.toggleAttribute('hidden', `${on}` !== 'false'),
    accent: (colour) => CSS.supports('color', colour) && style('accent', colour),
    offsetX: (pixels) => style('offset-x', `${pixels}px`),
    offsetY: (pixels) => style('offset-y', `${pixels}px`),
    zIndex: (level) => style('z-index', `${level}`),
    // Everything here stands where a line of text ends; by itself that is where the page's lines do.
    position: (side) => {
      host.dir = side === 'left' ? 'rtl' : 'ltr';
    },
  };
  const set = (change: LauncherState) => {
    for (const [name, value] of Object.entries(change))
      if (value !== undefined) setters[name as keyof LauncherState]?.(value as never);
  };
  return { host, root, button, set };
}
