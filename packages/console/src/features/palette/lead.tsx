import type { ComponentChildren } from 'preact';
import { Avatar } from '../../ui/Avatar.tsx';
import {
  BackIcon,
  BellIcon,
  CheckCircleIcon,
  CheckIcon,
  ClockIcon,
  CommandIcon,
  DoorIcon,
  DownIcon,
  HookIcon,
  type Icon,
  KeyboardIcon,
  KeyIcon,
  LockIcon,
  PersonIcon,
  PulseIcon,
  ReplyIcon,
  SearchIcon,
  SidebarIcon,
  SoundIcon,
  StackIcon,
  SunIcon,
  TagIcon,
  TrayIcon,
  UpIcon,
  WakeIcon,
} from '../../ui/icons.tsx';
import type { Entry } from './entries.ts';

const icons: Record<string, Icon> = {
  reply: ReplyIcon,
  note: LockIcon,
  take: PersonIcon,
  assign: PersonIcon,
  unassign: PersonIcon,
  resolve: CheckIcon,
  'resolve-next': CheckIcon,
  reopen: WakeIcon,
  wake: WakeIcon,
  snooze: ClockIcon,
  tag: TagIcon,
  details: SidebarIcon,
  next: DownIcon,
  previous: UpIcon,
  search: SearchIcon,
  back: BackIcon,
  help: KeyboardIcon,
  shortcuts: KeyboardIcon,
  sound: SoundIcon,
  notifications: BellIcon,
  'theme-light': SunIcon,
  'theme-dark': SunIcon,
  'theme-auto': SunIcon,
  'sign-out': DoorIcon,
  'view-mine': PersonIcon,
  'view-unassigned': TrayIcon,
  'view-all': StackIcon,
  'view-snoozed': ClockIcon,
  'view-resolved': CheckCircleIcon,
  'page-events': PulseIcon,
  'page-endpoints': HookIcon,
  'page-keys': KeyIcon,
};

/** A face for people, a sign for everything else. */
export function leadOf({ id, person }: Entry): ComponentChildren {
  if (person) return <Avatar id={person.id} name={person.name} size={24} />;
  const Glyph = icons[id] ?? icons[id.split(' ')[0] ?? ''] ?? CommandIcon;
  return <Glyph />;
}
