import { LineField, NumberField, TextField } from '../../ui/inputs.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { type PartProps, Section } from './parts.tsx';

const NONE = { x: 20, y: 20 };

/** How it looks and what it says first. */
export function Look({ draft, set }: PartProps) {
  const { x, y } = draft.offset ?? NONE;
  const move = (change: Partial<typeof NONE>) => {
    const offset = { x, y, ...change };
    set({ offset: offset.x === NONE.x && offset.y === NONE.y ? undefined : offset });
  };
  return (
    <Section title="Look">
      <LineField
        label="Name"
        value={draft.name}
        maxLength={200}
        onValue={(name) => set({ name })}
      />
      <TextField
        label="First words"
        hint="They stand above every conversation."
        value={draft.greeting}
        maxLength={200}
        onValue={(greeting) => set({ greeting })}
      />
      <div class="site-row">
        <LineField
          type="color"
          label="Accent"
          value={draft.accent}
          onValue={(accent) => set({ accent })}
        />
        <LineField
          label="Accent as #rrggbb"
          value={draft.accent}
          maxLength={7}
          onValue={(accent) => set({ accent })}
        />
      </div>
      <div class="site-row">
        <Choice title="Theme">
          <Segments
            label="Theme"
            options={[
              ['auto', 'Visitor’s'],
              ['light', 'Light'],
              ['dark', 'Dark'],
            ]}
            value={draft.theme ?? 'auto'}
            onChange={(theme) => set({ theme: theme === 'auto' ? undefined : theme })}
          />
        </Choice>
        <Choice title="Corner">
          <Segments
            label="Corner"
            options={[
              ['left', 'Left'],
              ['right', 'Right'],
            ]}
            value={draft.position}
            onChange={(position) => set({ position })}
          />
        </Choice>
      </div>
      <div class="site-row">
        <NumberField
          label="Distance from the side"
          hint="In pixels."
          max={400}
          value={x}
          onValue={(value) => move({ x: value ?? NONE.x })}
        />
        <NumberField
          label="Distance from below"
          hint="In pixels."
          max={400}
          value={y}
          onValue={(value) => move({ y: value ?? NONE.y })}
        />
      </div>
    </Section>
  );
}

/** Under words for the eye; the group inside says its name to everybody else. */
function Choice({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <div class="field">
      <span class="field-title" aria-hidden="true">
        {title}
      </span>
      {children}
    </div>
  );
}
