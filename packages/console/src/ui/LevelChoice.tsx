import type { PiiLevel } from '@throughline/shared/schema';
import { LEVELS } from '../lib/levels.ts';
import { Radios } from './Choices.tsx';
import { AlertIcon } from './icons.tsx';

interface LevelChoiceProps {
  hint: string;
  /** Said when messages themselves are handed on. */
  warning: string;
  /** What the level leaves out although it is wanted. */
  lack?: string | null;
  value: PiiLevel;
  onChange(value: PiiLevel): void;
}

/** How much of people is handed on. */
export function LevelChoice({ hint, warning, lack, value, onChange }: LevelChoiceProps) {
  const said = lack || (value === 'content' ? warning : null);
  return (
    <div class="level">
      <Radios
        label="Personal data"
        hint={hint}
        choices={LEVELS}
        value={value}
        onChange={onChange}
      />
      <p class={`level-warning ${lack ? 'level-lack' : ''}`} role="status">
        {said && (
          <>
            <AlertIcon /> <span>{said}</span>
          </>
        )}
      </p>
    </div>
  );
}
