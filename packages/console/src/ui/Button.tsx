import type { ComponentChildren, JSX } from 'preact';
import type { Icon } from './icons.tsx';

type Native = Pick<
  JSX.IntrinsicElements['button'],
  | 'onClick'
  | 'disabled'
  | 'type'
  | 'aria-expanded'
  | 'aria-haspopup'
  | 'aria-pressed'
  | 'popovertarget'
>;

interface ButtonProps extends Native {
  children: ComponentChildren;
  kind?: 'plain' | 'primary' | 'quiet' | 'danger' | 'note';
  icon?: Icon;
  /** What the pointer is told; names the key, too. */
  title?: string;
}

export function Button({
  children,
  kind = 'plain',
  icon: Glyph,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button class={`button button-${kind}`} type={type} {...rest}>
      {Glyph && <Glyph />}
      <span class="button-text">{children}</span>
    </button>
  );
}

interface IconButtonProps extends Native {
  label: string;
  icon: Icon;
  /** Shown beside the label when the pointer rests. */
  hint?: string;
}

export function IconButton({
  label,
  hint,
  icon: Glyph,
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <button
      class="icon-button"
      type={type}
      aria-label={label}
      title={hint ? `${label} (${hint})` : label}
      {...rest}
    >
      <Glyph size={20} />
    </button>
  );
}
