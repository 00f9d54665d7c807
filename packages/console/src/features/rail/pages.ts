import type { PageName } from '../../store/place.ts';
import { GlobeIcon, HookIcon, type Icon, KeyIcon, PulseIcon } from '../../ui/icons.tsx';

/** Pages for administrators, as the rail and, on a phone, the menu name them. */
export const pages: Record<PageName, { title: string; icon: Icon }> = {
  sites: { title: 'Sites', icon: GlobeIcon },
  events: { title: 'Events', icon: PulseIcon },
  endpoints: { title: 'Endpoints', icon: HookIcon },
  keys: { title: 'API keys', icon: KeyIcon },
};
