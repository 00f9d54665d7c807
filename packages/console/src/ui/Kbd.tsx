const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '');

const names: Record<string, string> = {
  Mod: isMac ? '⌘' : 'Ctrl',
  Shift: isMac ? '⇧' : 'Shift',
  Enter: isMac ? '↵' : 'Enter',
  Escape: 'Esc',
};

const nameOf = (part: string): string => names[part] ?? part.toUpperCase();

/** `Mod+Shift+Enter` as this keyboard is labelled: `⌘ ⇧ ↵`, or `Ctrl Shift Enter`. */
export const spell = (keys: string): string =>
  keys
    .split(' ')
    .map((press) =>
      press
        .split('+')
        .map(nameOf)
        .join(isMac ? '' : '+'),
    )
    .join(' then ');

export function Kbd({ keys }: { keys: string }) {
  return (
    <span class="keys">
      {keys.split(' ').map((press, i) => (
        <>
          {i > 0 && <span class="keys-then">then</span>}
          {press.split('+').map((part) => (
            <kbd>{nameOf(part)}</kbd>
          ))}
        </>
      ))}
    </span>
  );
}
