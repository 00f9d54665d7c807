import type { VNode } from 'preact';

export const draw = (path: string) => (): VNode => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d={path} />
  </svg>
);

export const BackIcon = draw('M15 5l-7 7 7 7');
export const CloseIcon = draw('M6 6l12 12M18 6L6 18');
export const MenuIcon = draw('M5 11.5h1v1h-1zm6.5 0h1v1h-1zm6.5 0h1v1h-1z');
export const SendIcon = draw('M12 19V5M5.5 11.5L12 5l6.5 6.5');
export const ClipIcon = draw(
  'M20 11.5l-8 8a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 5 5l-8 8a1.7 1.7 0 0 1-2.5-2.5l7-7',
);
export const SmileIcon = draw(
  'M8 14.5q4 4 8 0M9 9.4v.1M15 9.4v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
);
export const DownIcon = draw('M12 5v14M5.5 12.5L12 19l6.5-6.5');
export const SentIcon = draw('M5 12.5l4.5 4.5L19 7.5');
export const DeliveredIcon = draw('M8 12.5l3 3 5-6M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z');
export const SeenIcon = draw('M2 12.5l4.5 4.5L16 7.5M11 16l1.2 1L22 7.5');
export const ClockIcon = draw('M12 7v5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z');
export const AlertIcon = draw('M12 8v5M12 16.4v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z');
