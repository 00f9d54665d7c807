import { useRef } from 'preact/hooks';
import { useNow } from './use-now.ts';

const SECOND_MS = 1000;
/** Below this the ring says so with another colour. */
const SHORT_S = 5;

/** A ring that runs out; it was whole when it was first seen. */
export function TimeLeft({ until }: { until: number }) {
  const now = useNow(SECOND_MS);
  const leftMs = Math.max(0, until - now);
  const whole = useRef(Math.max(SECOND_MS, leftMs));
  const seconds = Math.ceil(leftMs / SECOND_MS);
  // Drawn as it will be at the next look: the style sheet moves it there in between.
  const part = Math.max(0, leftMs - SECOND_MS) / whole.current;
  return (
    <span class={`time-left ${seconds <= SHORT_S ? 'is-short' : ''}`} role="timer">
      <svg viewBox="0 0 36 36" aria-hidden="true" focusable="false">
        <circle class="time-left-track" cx="18" cy="18" r="15" />
        <circle
          class="time-left-ring"
          cx="18"
          cy="18"
          r="15"
          pathLength={1}
          stroke-dasharray="1"
          stroke-dashoffset={1 - part}
        />
      </svg>
      <span aria-hidden="true">{seconds}</span>
      <span class="sr-only">{seconds} seconds left</span>
    </span>
  );
}
