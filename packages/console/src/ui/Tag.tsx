export function Tag({ children }: { children: string }) {
  return (
    <span class="tag">
      <bdi>{children}</bdi>
    </span>
  );
}
