import type { GreetingRule } from '@throughline/shared/schema';
import { Button, IconButton } from '../../ui/Button.tsx';
import { BinIcon, EyeIcon, PlusIcon, UpIcon } from '../../ui/icons.tsx';
import {
  CheckField,
  LineField,
  LinesField,
  NumberField,
  SelectField,
  TextField,
} from '../../ui/inputs.tsx';
import { type PartProps, Section } from './parts.tsx';

interface GreetingsProps extends PartProps {
  /** Shows it in the preview. */
  onLook(rule: GreetingRule): void;
}

function newRule(known: readonly GreetingRule[]): GreetingRule {
  let n = known.length + 1;
  while (known.some(({ id }) => id === `greeting-${n}`)) n += 1;
  return { id: `greeting-${n}`, when: { afterMs: 10_000 }, text: 'Can we help you?' };
}

/** Words beside the button, by rule; the first one that applies speaks. */
export function Greetings({ draft, set, onLook }: GreetingsProps) {
  const rules = draft.greetings ?? [];
  const put = (greetings: GreetingRule[]) =>
    set({ greetings: greetings.length > 0 ? greetings : undefined });
  const raise = (i: number) => {
    const above = rules[i - 1];
    const rule = rules[i];
    if (above && rule) put(rules.with(i - 1, rule).with(i, above));
  };
  return (
    <Section
      title="Greetings"
      text='Words beside the button. The first rule that applies speaks, once on a page, and to nobody who closed it. New visitors see it where the tag on the page has data-throughline-defer="idle".'
    >
      {rules.map((rule, i) => (
        <Rule
          key={i}
          rule={rule}
          onChange={(next) => put(rules.with(i, next))}
          actions={
            <>
              <IconButton label={`Show ${rule.id}`} icon={EyeIcon} onClick={() => onLook(rule)} />
              <IconButton
                label={`Move ${rule.id} up`}
                icon={UpIcon}
                disabled={i === 0}
                onClick={() => raise(i)}
              />
              <IconButton
                label={`Remove ${rule.id}`}
                icon={BinIcon}
                onClick={() => put(rules.toSpliced(i, 1))}
              />
            </>
          }
        />
      ))}
      <div>
        <Button
          icon={PlusIcon}
          disabled={rules.length >= 20}
          onClick={() => {
            const rule = newRule(rules);
            put([...rules, rule]);
            onLook(rule);
          }}
        >
          Add a greeting
        </Button>
      </div>
    </Section>
  );
}

interface RuleProps {
  rule: GreetingRule;
  onChange(rule: GreetingRule): void;
  actions: preact.ComponentChildren;
}

function Rule({ rule, onChange, actions }: RuleProps) {
  const change = (more: Partial<GreetingRule>) => onChange({ ...rule, ...more });
  const { quick = [] } = rule;
  return (
    <fieldset class="card rule">
      <legend class="sr-only">{rule.id}</legend>
      <div class="rule-head">
        <LineField
          label="Name in events"
          value={rule.id}
          maxLength={40}
          onValue={(id) => change({ id })}
        />
        <div class="card-actions">{actions}</div>
      </div>
      <TextField
        label="Text"
        value={rule.text}
        maxLength={300}
        onValue={(text) => change({ text })}
      />
      <div class="site-row">
        <LineField
          label="Said by"
          hint="Empty: by the business."
          value={rule.agent ?? ''}
          maxLength={200}
          onValue={(agent) => change({ agent: agent || undefined })}
        />
        <LinesField
          label="Quick words"
          hint="One a line, up to four; each opens the chat with it as a draft."
          value={quick}
          onValue={(lines) => change({ quick: lines.length > 0 ? lines.slice(0, 4) : undefined })}
        />
      </div>
      <When rule={rule} onChange={onChange} />
      <Often rule={rule} onChange={onChange} />
    </fieldset>
  );
}

type PartOfRule = Omit<RuleProps, 'actions'>;

/** Without what is not said. */
const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);

function When({ rule, onChange }: PartOfRule) {
  const { when } = rule;
  const need = (more: Partial<GreetingRule['when']>) =>
    onChange({ ...rule, when: { ...when, ...more } });
  const { fact } = when;
  return (
    <>
      <div class="site-row">
        <LineField
          label="Page"
          placeholder="/pricing*"
          hint="* is anything. Empty: every page."
          value={when.url ?? ''}
          maxLength={300}
          onValue={(url) => need({ url: url || undefined })}
        />
        <NumberField
          label="Seconds on it"
          max={86_400}
          value={seconds(when.afterMs)}
          onValue={(value) => need({ afterMs: value === undefined ? undefined : value * 1000 })}
        />
      </div>
      <div class="site-row">
        <NumberField
          label="Per cent scrolled"
          min={1}
          max={100}
          value={when.scroll}
          onValue={(scroll) => need({ scroll })}
        />
        <NumberField
          label="From the nth visit"
          hint="Counted from the first greeting or message on."
          min={1}
          max={1000}
          value={when.visits}
          onValue={(visits) => need({ visits })}
        />
      </div>
      <div class="site-row">
        <LineField
          label="Attribute"
          placeholder="plan"
          value={fact?.name ?? ''}
          onValue={(name) => need({ fact: name ? { name, is: fact?.is ?? '' } : undefined })}
        />
        <LineField
          label="is"
          placeholder="trial"
          value={String(fact?.is ?? '')}
          onValue={(is) => fact && need({ fact: { ...fact, is: meant(is) } })}
        />
      </div>
      <LineField
        label="Event"
        hint="A name the page tells by track."
        value={when.event ?? ''}
        maxLength={200}
        onValue={(event) => need({ event: event || undefined })}
      />
      <CheckField
        label="When the pointer leaves the page"
        isOn={when.exit === true}
        onChange={(exit) => need({ exit: exit || undefined })}
      />
    </>
  );
}

/** `true`, `12` and `pro` are what they look like. */
function meant(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) && text === String(Number(text)) ? Number(text) : text;
}

function Often({ rule, onChange }: PartOfRule) {
  const { often = 'session' } = rule;
  const kind = typeof often === 'object' ? 'days' : often;
  const put = (next: GreetingRule['often']) => onChange({ ...rule, often: next });
  return (
    <div class="site-row">
      <SelectField
        label="How often one person sees it"
        options={[
          ['session', 'Once a visit'],
          ['once', 'Once'],
          ['days', 'Again after some days'],
        ]}
        value={kind}
        onValue={(next) =>
          put(next === 'days' ? { days: 7 } : next === 'session' ? undefined : next)
        }
      />
      {typeof often === 'object' && (
        <NumberField
          label="Days"
          min={1}
          max={365}
          value={often.days}
          onValue={(days = 1) => put({ days })}
        />
      )}
    </div>
  );
}
