import type { ComponentChildren, VNode } from 'preact';

interface IconProps {
  /** Edge length in CSS pixels at the normal text size. */
  size?: 14 | 16 | 20 | 24;
}

export type Icon = (props: IconProps) => VNode;

/** Drawn on 24 × 24, one stroke of 1.5; always beside a label or inside something that has one. */
const icon =
  (shape: ComponentChildren): Icon =>
  ({ size = 16 }) => (
    <svg
      class={`icon icon-${size}`}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {shape}
    </svg>
  );

export const PersonIcon = icon(
  <>
    <circle cx="12" cy="8" r="3.75" />
    <path d="M5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5" />
  </>,
);
export const TeamIcon = icon(
  <>
    <circle cx="9" cy="8.5" r="3.25" />
    <path d="M3 19.5c.5-3.2 2.9-5 6-5s5.5 1.8 6 5M15.25 5.5a3.25 3.25 0 0 1 0 6M17.25 14.9c2 .6 3.35 2.2 3.75 4.6" />
  </>,
);
export const TrayIcon = icon(
  <>
    <path d="M4 13.5 6.3 5.8A1.75 1.75 0 0 1 8 4.5h8a1.75 1.75 0 0 1 1.7 1.3L20 13.5v4.25a1.75 1.75 0 0 1-1.75 1.75H5.75A1.75 1.75 0 0 1 4 17.75z" />
    <path d="M4 13.5h4.5l1.25 2.5h4.5l1.25-2.5H20" />
  </>,
);
export const StackIcon = icon(
  <>
    <path d="m12 4 8 4.25-8 4.25-8-4.25z" />
    <path d="m4 12.25 8 4.25 8-4.25M4 16.25l8 4.25 8-4.25" />
  </>,
);
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 7.5V12l3 2" />
  </>,
);
export const CheckCircleIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    <path d="m8.75 12.25 2.25 2.25 4.25-4.75" />
  </>,
);
export const CheckIcon = icon(<path d="m5.5 12.5 4.25 4.25L18.5 7.5" />);
export const SearchIcon = icon(
  <>
    <circle cx="11" cy="11" r="6" />
    <path d="m15.5 15.5 4.25 4.25" />
  </>,
);
export const LockIcon = icon(
  <>
    <rect x="5.5" y="10.5" width="13" height="9" rx="2" />
    <path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5" />
  </>,
);
export const ReplyIcon = icon(<path d="M9.5 6 4.5 11l5 5M5 11h8.5a6 6 0 0 1 6 6v1" />);
export const SendIcon = icon(<path d="M12 19.5V5M6 10.75 12 4.75l6 6" />);
export const TagIcon = icon(
  <>
    <path d="M12.9 4.5H19a.5.5 0 0 1 .5.5v6.1a2 2 0 0 1-.6 1.4l-6.4 6.4a2 2 0 0 1-2.8 0l-4.6-4.6a2 2 0 0 1 0-2.8l6.9-6.4a2 2 0 0 1 1.4-.6z" />
    <circle cx="15.75" cy="8.25" r=".9" />
  </>,
);
export const SidebarIcon = icon(
  <>
    <rect x="4" y="5" width="16" height="14" rx="2" />
    <path d="M14.5 5v14" />
  </>,
);
export const BackIcon = icon(<path d="M14.5 5.5 8 12l6.5 6.5" />);
export const CloseIcon = icon(<path d="m6.5 6.5 11 11M17.5 6.5l-11 11" />);
export const DownIcon = icon(<path d="M12 5v13.5M6 12.75l6 6 6-6" />);
export const UpIcon = icon(<path d="M12 19V5.5M6 11.25l6-6 6 6" />);
export const ChevronIcon = icon(<path d="m7 10 5 5 5-5" />);
export const MoreIcon = icon(
  <>
    <circle cx="6" cy="12" r=".8" fill="currentColor" />
    <circle cx="12" cy="12" r=".8" fill="currentColor" />
    <circle cx="18" cy="12" r=".8" fill="currentColor" />
  </>,
);
export const PencilIcon = icon(
  <path d="m5 19 .8-3.7L15.5 5.6a1.6 1.6 0 0 1 2.3 0l.6.6a1.6 1.6 0 0 1 0 2.3L8.7 18.2z" />,
);
export const BinIcon = icon(
  <path d="M5 7.5h14M10 4.5h4M7 7.5l.7 10.2a1.75 1.75 0 0 0 1.75 1.8h5.1a1.75 1.75 0 0 0 1.75-1.8L17 7.5" />,
);
export const AlertIcon = icon(
  <>
    <path d="M12 4.75 20.25 19H3.75z" />
    <path d="M12 10.25v3.75M12 16.5v.01" />
  </>,
);
export const EyeIcon = icon(
  <>
    <path d="M3.5 12c2-4 5-6 8.5-6s6.5 2 8.5 6c-2 4-5 6-8.5 6s-6.5-2-8.5-6z" />
    <circle cx="12" cy="12" r="2.5" />
  </>,
);
export const GlobeIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    <path d="M4 12h16M12 4c2.5 2.3 3.7 5 3.7 8s-1.2 5.7-3.7 8c-2.5-2.3-3.7-5-3.7-8S9.5 6.3 12 4z" />
  </>,
);
export const PageIcon = icon(
  <>
    <path d="M7 4.5h6.5L18 9v9.5a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1z" />
    <path d="M13.5 4.5V9H18" />
  </>,
);
export const DeskIcon = icon(
  <>
    <rect x="4" y="5" width="16" height="10.5" rx="1.5" />
    <path d="M9 19h6M12 15.5V19" />
  </>,
);
export const PhoneIcon = icon(
  <>
    <rect x="7.5" y="3.5" width="9" height="17" rx="2" />
    <path d="M11 17.5h2" />
  </>,
);
export const MailIcon = icon(
  <>
    <rect x="4" y="5.5" width="16" height="13" rx="2" />
    <path d="m4.5 7.5 7.5 5.5 7.5-5.5" />
  </>,
);
export const IdIcon = icon(
  <>
    <rect x="4" y="5.5" width="16" height="13" rx="2" />
    <circle cx="9" cy="11" r="1.75" />
    <path d="M6.5 15.5c.4-1.2 1.3-1.75 2.5-1.75s2.1.55 2.5 1.75M14 10h3.5M14 13.5h3.5" />
  </>,
);
export const SunIcon = icon(
  <>
    <circle cx="12" cy="12" r="3.75" />
    <path d="M12 3.5v1.75M12 18.75v1.75M3.5 12h1.75M18.75 12h1.75M6 6l1.25 1.25M16.75 16.75 18 18M18 6l-1.25 1.25M7.25 16.75 6 18" />
  </>,
);
export const BellIcon = icon(
  <path d="M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.25 1.25H5.25zM10.25 20.25h3.5" />,
);
export const KeyboardIcon = icon(
  <>
    <rect x="3.5" y="6.5" width="17" height="11" rx="2" />
    <path d="M7 10.25h.01M10.3 10.25h.01M13.7 10.25h.01M17 10.25h.01M8.5 14h7" />
  </>,
);
export const DoorIcon = icon(
  <path d="M13.5 4.5H7a1.5 1.5 0 0 0-1.5 1.5v12A1.5 1.5 0 0 0 7 19.5h6.5M10.5 12h9M16.25 8.75 19.5 12l-3.25 3.25" />,
);
export const WakeIcon = icon(<path d="M5 12a7 7 0 1 0 2.25-5.15M5 4.5v4h4" />);
export const PlusIcon = icon(<path d="M12 5.5v13M5.5 12h13" />);
export const ChatIcon = icon(
  <path d="M6 5.5h12A1.5 1.5 0 0 1 19.5 7v8a1.5 1.5 0 0 1-1.5 1.5h-6L8 20v-3.5H6A1.5 1.5 0 0 1 4.5 15V7A1.5 1.5 0 0 1 6 5.5z" />,
);
export const CopyIcon = icon(
  <>
    <rect x="8.5" y="8.5" width="11" height="11" rx="2" />
    <path d="M15.5 8.5V6.25a1.75 1.75 0 0 0-1.75-1.75h-7.5A1.75 1.75 0 0 0 4.5 6.25v7.5a1.75 1.75 0 0 0 1.75 1.75H8.5" />
  </>,
);
export const PulseIcon = icon(<path d="M3.5 12.5h3.75L10 5.5l4 13 2.75-6h3.75" />);
export const HookIcon = icon(
  <>
    <circle cx="12" cy="7" r="3" />
    <circle cx="6.5" cy="16.5" r="3" />
    <circle cx="17.5" cy="16.5" r="3" />
    <path d="m10.5 9.6-2.6 4.3M9.5 16.5h5M13.5 9.6l2.6 4.3" />
  </>,
);
export const KeyIcon = icon(
  <>
    <circle cx="8.25" cy="15.75" r="3.75" />
    <path d="m11 13 8-8M15.75 8.25l2.75 2.75M13.5 10.5l1.75 1.75" />
  </>,
);
export const QueueIcon = icon(<path d="M4.5 7h15M4.5 12h10M4.5 17h5" />);
export const BranchIcon = icon(
  <>
    <circle cx="6.5" cy="12" r="2" />
    <circle cx="17.5" cy="6.5" r="2" />
    <circle cx="17.5" cy="17.5" r="2" />
    <path d="M8.5 12h1.75c2.75 0 2.25-5.5 5.25-5.5M10.25 12c2.75 0 2.25 5.5 5.25 5.5" />
  </>,
);
/** From where somebody is to where they want to be. */
export const PathIcon = icon(
  <>
    <circle cx="6" cy="17.5" r="2" />
    <circle cx="18" cy="6.5" r="2" />
    <path d="M8 17.5h7.5a2.75 2.75 0 0 0 0-5.5h-7a2.75 2.75 0 0 1 0-5.5H16" />
  </>,
);
export const BotIcon = icon(
  <>
    <rect x="5" y="8.5" width="14" height="10.5" rx="2.5" />
    <path d="M12 8.5V5.5M9.5 13v1M14.5 13v1M2.75 12.5v3M21.25 12.5v3" />
    <circle cx="12" cy="4.75" r=".9" />
  </>,
);
export const PauseIcon = icon(<path d="M9 6.5v11M15 6.5v11" />);
export const PlayIcon = icon(<path d="M8 5.75v12.5L18 12z" />);
export const BlockIcon = icon(
  <>
    <circle cx="12" cy="12" r="7.75" />
    <path d="m6.6 6.6 10.8 10.8" />
  </>,
);
export const CommandIcon = icon(
  <path d="M9 9h6v6H9zM9 9H7a2.25 2.25 0 1 1 2.25-2.25V9M15 9V6.75A2.25 2.25 0 1 1 17.25 9H15M15 15h2.25A2.25 2.25 0 1 1 15 17.25V15M9 15v2.25A2.25 2.25 0 1 1 6.75 15H9" />,
);

/** The mark: one line from the visitor's side to ours. */
export const Mark = ({ size = 24 }: IconProps): VNode => (
  <svg class={`mark icon-${size}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <rect width="24" height="24" rx="6.5" fill="var(--accent)" />
    <path
      d="M6.75 8.25h5.5a3 3 0 0 1 0 6h5"
      fill="none"
      stroke="#fff"
      stroke-width="1.9"
      stroke-linecap="round"
    />
    <circle cx="6.75" cy="8.25" r="1.9" fill="#fff" />
    <circle cx="17.25" cy="14.25" r="1.9" fill="#fff" />
  </svg>
);
export const SoundIcon = icon(
  <path d="M5 10v4h3l4.25 3.75V6.25L8 10zM15.5 9.5a3.5 3.5 0 0 1 0 5M17.75 7a7 7 0 0 1 0 10" />,
);

export const ClipIcon = icon(
  <path d="M20 11.5l-8 8a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 5 5l-8 8a1.7 1.7 0 0 1-2.5-2.5l7-7" />,
);
