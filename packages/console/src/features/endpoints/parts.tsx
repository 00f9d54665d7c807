import type { Tone } from './words.ts';

interface StateMarkProps {
  tone: Tone;
  text: string;
}

/** How something stands: a dot for the eye, words for everybody. */
export const StateMark = ({ tone, text }: StateMarkProps) => (
  <span class={`mark-line mark-${tone}`}>{text}</span>
);

/** What is shown was right a moment ago. */
export const Stale = ({ text }: { text: string }) => (
  <p class="stale" role="status">
    Not up to date. {text}
  </p>
);
