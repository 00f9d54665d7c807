import type { Hours } from '@throughline/shared/schema';
import { Button, IconButton } from '../../ui/Button.tsx';
import { CloseIcon, PlusIcon } from '../../ui/icons.tsx';
import { CheckField, LineField, NumberField, SelectField, TextField } from '../../ui/inputs.tsx';
import { type PartProps, Section } from './parts.tsx';
import { DAYS } from './words.ts';

type Opening = { from: string; to: string };

const WORKDAY: Opening = { from: '09:00', to: '17:00' };
const MINUTE_MS = 60_000;

const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = (): string[] => Intl.supportedValuesOf?.('timeZone') ?? [];

const newHours = (): Hours => {
  const workdays = DAYS.slice(0, 5).map(([day]) => [day, [WORKDAY]]);
  return { timeZone: ownZone(), week: Object.fromEntries(workdays) };
};

/** When somebody answers, and what is said about the wait. */
export function HoursPart({ draft, set }: PartProps) {
  const { hours } = draft;
  return (
    <Section
      title="Hours and reply time"
      text="Visitors hear it when nobody is there, in their own language and time zone."
    >
      <ReplyTime draft={draft} set={set} />
      <CheckField
        label="Say when we are open"
        isOn={hours !== undefined}
        onChange={(isOn) => set({ hours: isOn ? newHours() : undefined })}
      />
      {hours && <Schedule hours={hours} onChange={(next) => set({ hours: next })} />}
    </Section>
  );
}

function ReplyTime({ draft, set }: PartProps) {
  const { reply } = draft;
  const kind = typeof reply === 'object' ? 'written' : (reply ?? 'none');
  return (
    <div class="site-row">
      <SelectField
        label="Reply time"
        hint="Measured: the median of the last seven days, once there are enough answers."
        options={[
          ['none', 'Say nothing'],
          ['measured', 'As measured'],
          ['written', 'As written here'],
        ]}
        value={kind}
        onValue={(next) =>
          set({
            reply:
              next === 'none'
                ? undefined
                : next === 'written'
                  ? { withinMs: 10 * MINUTE_MS }
                  : next,
          })
        }
      />
      {typeof reply === 'object' && (
        <NumberField
          label="Within how many minutes"
          min={1}
          max={43_200}
          value={reply.withinMs / MINUTE_MS}
          onValue={(minutes = 1) => set({ reply: { withinMs: minutes * MINUTE_MS } })}
        />
      )}
    </div>
  );
}

interface ScheduleProps {
  hours: Hours;
  onChange(hours: Hours): void;
}

function Schedule({ hours, onChange }: ScheduleProps) {
  const { week, exceptions = [] } = hours;
  const change = (more: Partial<Hours>) => onChange({ ...hours, ...more });
  return (
    <>
      <LineField
        label="Time zone"
        list="time-zones"
        value={hours.timeZone}
        onValue={(timeZone) => change({ timeZone })}
      />
      <datalist id="time-zones">
        {zones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <div class="week">
        {DAYS.map(([day, title]) => (
          <Openings
            key={day}
            title={title}
            open={week[day] ?? []}
            onChange={(open) => change({ week: { ...week, [day]: open } })}
          />
        ))}
      </div>
      <h3>Other days</h3>
      {exceptions.map((exception, i) => (
        <Exception
          // Two may have the same date while one is being typed.
          key={i}
          exception={exception}
          onChange={(next) =>
            change({ exceptions: exceptions.flatMap((it, at) => (at === i ? (next ?? []) : it)) })
          }
        />
      ))}
      <div>
        <Button
          icon={PlusIcon}
          onClick={() =>
            change({
              exceptions: [
                ...exceptions,
                { date: new Date().toISOString().slice(0, 10), open: [] },
              ],
            })
          }
        >
          Add a date
        </Button>
      </div>
      <TextField
        label="What is said while closed"
        hint="Left empty, the widget says by itself when you are back."
        value={hours.closed ?? ''}
        maxLength={300}
        onValue={(closed) => change({ closed: closed || undefined })}
      />
    </>
  );
}

type Special = NonNullable<Hours['exceptions']>[number];

interface ExceptionProps {
  exception: Special;
  /** Undefined: it is gone. */
  onChange(next: Special | undefined): void;
}

function Exception({ exception, onChange }: ExceptionProps) {
  const { date, open } = exception;
  return (
    <div class="exception">
      <LineField
        type="date"
        label="Date"
        value={date}
        onValue={(next) => onChange({ ...exception, date: next })}
      />
      <Openings
        title={`On ${date}`}
        open={open}
        onChange={(next) => onChange({ date, open: next })}
      />
      <IconButton label={`Remove ${date}`} icon={CloseIcon} onClick={() => onChange(undefined)} />
    </div>
  );
}

interface OpeningsProps {
  title: string;
  open: Opening[];
  onChange(open: Opening[]): void;
}

/** A field for a time knows no 24:00: there, midnight ends the day. */
const endShown = (to: string): string => (to === '24:00' ? '00:00' : to);
const endMeant = (to: string): string => (to === '00:00' ? '24:00' : to);

function Openings({ title, open, onChange }: OpeningsProps) {
  const put = (i: number, change: Partial<Opening>) =>
    onChange(open.map((it, at) => (at === i ? { ...it, ...change } : it)));
  return (
    <fieldset class="office-day">
      <legend class="sr-only">{title}</legend>
      <span class="day-title" aria-hidden="true">
        {title}
      </span>
      <div class="day-times">
        {open.length === 0 && <span class="day-closed">Closed</span>}
        {open.map(({ from, to }, i) => (
          <span key={i} class="day-opening">
            <Time label="From" value={from} onValue={(next) => put(i, { from: next })} />
            <span aria-hidden="true">–</span>
            <Time
              label="To"
              value={endShown(to)}
              onValue={(next) => put(i, { to: endMeant(next) })}
            />
            <IconButton
              label={`Remove ${from} to ${to}`}
              icon={CloseIcon}
              onClick={() => onChange(open.filter((_, at) => at !== i))}
            />
          </span>
        ))}
      </div>
      <IconButton
        label={`Add hours: ${title}`}
        icon={PlusIcon}
        onClick={() => onChange([...open, WORKDAY])}
      />
    </fieldset>
  );
}

interface TimeProps {
  label: string;
  value: string;
  onValue(value: string): void;
}

const Time = ({ label, value, onValue }: TimeProps) => (
  <input
    class="input input-time"
    type="time"
    aria-label={label}
    required
    value={value}
    onInput={({ currentTarget }) => onValue(currentTarget.value)}
  />
);
