export type Theme = 'auto' | 'light' | 'dark';

/** What an agent chose for this browser. */
export interface Settings {
  theme: Theme;
  /** A sound for a new message. */
  sound: boolean;
  /** The browser's own notifications, as far as it allows them. */
  notifications: boolean;
  /** Single keys act outside of text fields (WCAG 2.1.4 wants a switch). */
  shortcuts: boolean;
  /** Enter sends; else only with Ctrl or ⌘. */
  enterSends: boolean;
}

export const defaultSettings: Settings = {
  theme: 'auto',
  sound: true,
  notifications: false,
  shortcuts: true,
  enterSends: true,
};

const isTheme = (value: unknown): value is Theme =>
  value === 'auto' || value === 'light' || value === 'dark';

/** Reads what was kept; whatever does not fit falls back to its default. */
export function parseSettings(text: string | null): Settings {
  try {
    const kept = JSON.parse(text ?? '{}') as Record<string, unknown>;
    const flag = (name: 'sound' | 'notifications' | 'shortcuts' | 'enterSends'): boolean => {
      const value = kept[name];
      return typeof value === 'boolean' ? value : defaultSettings[name];
    };
    return {
      theme: isTheme(kept.theme) ? kept.theme : defaultSettings.theme,
      sound: flag('sound'),
      notifications: flag('notifications'),
      shortcuts: flag('shortcuts'),
      enterSends: flag('enterSends'),
    };
  } catch {
    return defaultSettings;
  }
}
