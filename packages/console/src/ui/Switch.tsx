import type { Icon } from './icons.tsx';

interface SwitchProps {
  label: string;
  icon: Icon;
  isOn: boolean;
  onChange(isOn: boolean): void;
}

export function Switch({ label, icon: Glyph, isOn, onChange }: SwitchProps) {
  return (
    <label class="switch">
      <Glyph />
      <span class="switch-label">{label}</span>
      <input
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-checked={isOn}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
    </label>
  );
}
