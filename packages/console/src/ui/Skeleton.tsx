interface SkeletonProps {
  /** Read out once, while the shapes are there. */
  label: string;
  rows: number;
  kind: 'row' | 'message' | 'line';
}

/** The shape of what is to come; it appears only when the wait is long enough to be noticed. */
export function Skeleton({ label, rows, kind }: SkeletonProps) {
  return (
    <div class={`skeleton skeleton-${kind}s`} role="status">
      <span class="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div class={`skeleton-${kind}`} key={i} aria-hidden="true">
          <span class="bone bone-round" />
          <span class="bone bone-long" />
          <span class="bone bone-short" />
        </div>
      ))}
    </div>
  );
}
