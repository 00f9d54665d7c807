import type { VNode } from 'preact';

const draw = (path: string) => (): VNode => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d={path} />
  </svg>
);

export const OutIcon = draw('M10 6H6v12h12v-4M14 5h5v5M19 5l-8 8');
export const NextIcon = draw('M9 5l7 7-7 7');
export const PreviousIcon = draw('M15 5l-7 7 7 7');
export const PictureIcon = draw('M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5v.1');
