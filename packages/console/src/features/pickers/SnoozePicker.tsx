import { useState } from 'preact/hooks';
import { parseSnooze, snoozePresets } from '../../lib/snooze.ts';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { ClockIcon } from '../../ui/icons.tsx';
import { type Option, Picker } from '../../ui/Picker.tsx';

interface Choice extends Option {
  until: number;
}

const lead = <ClockIcon />;

function choicesFor(query: string, now: number): Choice[] {
  const typed = query.trim() === '' ? undefined : parseSnooze(query, now);
  const presets = snoozePresets(now, query)
    .filter(({ until }) => until !== typed?.until)
    .map(({ label, until, time }) => ({ id: label, label, until, lead, trail: time }));
  return typed ? [{ id: 'typed', ...typed, lead, trail: 'Enter' }, ...presets] : presets;
}

/** Until when: a few good moments, a phrase, or a date from the calendar. */
export function SnoozePicker() {
  const { outgoing, preferences } = useDesk();
  const [query, setQuery] = useState('');
  const [now] = useState(() => Date.now());
  const close = () => preferences.overlay(null);
  const snooze = (until: number) => {
    close();
    outgoing.snooze(until);
  };
  return (
    <Picker
      label="Snooze until"
      placeholder="Until when? “fri 14:30”, “2 days”, “3 dec”…"
      query={query}
      options={choicesFor(query, now)}
      onQuery={setQuery}
      onPick={({ until }) => snooze(until)}
      onClose={close}
      empty="No moment ahead is written like that. Try “tomorrow 9:00”."
    >
      <Calendar now={now} onPick={snooze} />
    </Picker>
  );
}

/** `2026-11-25T14:00`, in local time, as the field wants it. */
function fieldValue(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

function Calendar({ now, onPick }: { now: number; onPick(until: number): void }) {
  const [value, setValue] = useState(() =>
    fieldValue(new Date(now + 86_400_000).setHours(9, 0, 0, 0)),
  );
  const until = new Date(value).getTime();
  return (
    <form
      class="picker-foot"
      onSubmit={(event) => {
        event.preventDefault();
        if (until > now) onPick(until);
      }}
    >
      <label class="picker-date">
        <span>Pick a time</span>
        <input
          class="input"
          type="datetime-local"
          value={value}
          min={fieldValue(now)}
          onInput={({ currentTarget }) => setValue(currentTarget.value)}
        />
      </label>
      <Button type="submit" disabled={!(until > now)}>
        Snooze
      </Button>
    </form>
  );
}
