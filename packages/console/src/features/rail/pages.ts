import type { PageName } from '../../store/place.ts';
import {
  BotIcon,
  BranchIcon,
  GlobeIcon,
  HookIcon,
  type Icon,
  KeyIcon,
  PathIcon,
  PulseIcon,
  QueueIcon,
  TeamIcon,
} from '../../ui/icons.tsx';

/** Pages beside the inbox, as the rail and, on a phone, the menu name them. */
export const pages: Record<PageName, { title: string; icon: Icon }> = {
  queues: { title: 'Queues', icon: QueueIcon },
  journeys: { title: 'Journeys', icon: PathIcon },
  bots: { title: 'Bots', icon: BotIcon },
  routing: { title: 'Routing', icon: BranchIcon },
  sites: { title: 'Sites', icon: GlobeIcon },
  events: { title: 'Events', icon: PulseIcon },
  endpoints: { title: 'Endpoints', icon: HookIcon },
  keys: { title: 'API keys', icon: KeyIcon },
  team: { title: 'Team', icon: TeamIcon },
};
