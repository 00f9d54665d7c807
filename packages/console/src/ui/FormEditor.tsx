import type { Form, FormField } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { FIELD_TYPES, newField, optionsOf, relabel, retype, translate } from '../lib/form-draft.ts';
import { Button, IconButton } from './Button.tsx';
import { BinIcon, PlusIcon, UpIcon } from './icons.tsx';
import { CheckField, LineField, LinesField, SelectField } from './inputs.tsx';

const FIELDS_MAX = 20;

interface EditorProps {
  form: Form;
  onChange(form: Form): void;
  /** The name of a field that has to stay as it is; only what it is called may change. */
  fixed?: string;
}

/** The fields of a form: what is asked, as what, in which order. */
export function FormEditor({ form, onChange, fixed }: EditorProps) {
  const { fields } = form;
  const [language, setLanguage] = useState('');
  const put = (next: FormField[]) => onChange({ ...form, fields: next });
  const raise = (i: number) => {
    const [above, field] = [fields[i - 1], fields[i]];
    if (above && field) put(fields.with(i - 1, field).with(i, above));
  };
  return (
    <div class="form-editor">
      <div class="site-row">
        <LineField
          label="Title"
          value={form.title ?? ''}
          maxLength={120}
          onValue={(title) => onChange({ ...form, title: title || undefined })}
        />
        <LineField
          label="Button"
          hint="Empty: in the visitor’s language."
          value={form.submit ?? ''}
          maxLength={120}
          onValue={(submit) => onChange({ ...form, submit: submit || undefined })}
        />
      </div>
      <LineField
        label="What is asked, also in the language"
        placeholder="de"
        hint="Its two letters. What is said in no other language is asked as it stands."
        value={language}
        maxLength={3}
        onValue={(tag) => setLanguage(tag.toLowerCase())}
      />
      {fields.map((field, i) => (
        <OneField
          key={i}
          field={field}
          isFixed={field.name === fixed}
          language={/^[a-z]{2,3}$/.test(language) ? language : ''}
          onLabel={(label) => put(relabel(fields, i, label))}
          onChange={(next) => put(fields.with(i, next))}
          actions={
            <>
              <IconButton
                label={`Move ${field.label} up`}
                icon={UpIcon}
                disabled={i === 0}
                onClick={() => raise(i)}
              />
              <IconButton
                label={`Remove ${field.label}`}
                icon={BinIcon}
                disabled={fields.length === 1 || field.name === fixed}
                onClick={() => put(fields.toSpliced(i, 1))}
              />
            </>
          }
        />
      ))}
      <div>
        <Button
          icon={PlusIcon}
          disabled={fields.length >= FIELDS_MAX}
          onClick={() => put([...fields, newField(fields)])}
        >
          Add a field
        </Button>
      </div>
    </div>
  );
}

interface FieldProps {
  field: FormField;
  isFixed: boolean;
  /** In which it is asked beside its own words; empty: in none. */
  language: string;
  onLabel(label: string): void;
  onChange(field: FormField): void;
  actions: preact.ComponentChildren;
}

function OneField({ field, isFixed, language, onLabel, onChange, actions }: FieldProps) {
  const { label, type, name, required = false } = field;
  return (
    <fieldset class="card rule">
      <legend class="sr-only">{label}</legend>
      <div class="rule-head">
        <LineField
          label="What is asked"
          value={label}
          maxLength={120}
          onValue={isFixed ? (next) => onChange({ ...field, label: next }) : onLabel}
        />
        <div class="card-actions">{actions}</div>
      </div>
      {language && <InLanguage field={field} language={language} onChange={onChange} />}
      {isFixed ? (
        <p class="field-hint">This becomes the first message of the conversation.</p>
      ) : (
        <>
          <div class="site-row">
            <SelectField
              label="Type"
              options={FIELD_TYPES}
              value={type}
              onValue={(next) => onChange(retype(field, next))}
            />
            <KeptAs field={field} onChange={onChange} />
          </div>
          {field.type === 'select' && (
            <LinesField
              label="Choices"
              hint="One a line."
              value={field.options.map((option) => option.label)}
              onValue={(lines) => onChange({ ...field, options: optionsOf(lines, field.options) })}
            />
          )}
          <div class="field-foot">
            <CheckField
              label="Has to be filled in"
              isOn={required}
              onChange={(isOn) => onChange({ ...field, required: isOn || undefined })}
            />
            <p class="field-hint">
              Programs know it as <code>{name}</code>
            </p>
          </div>
        </>
      )}
    </fieldset>
  );
}

/** The same for who reads another language. */
function InLanguage({
  field,
  language,
  onChange,
}: Pick<FieldProps, 'field' | 'language' | 'onChange'>) {
  return (
    <>
      <LineField
        label={`What is asked (${language})`}
        placeholder={field.label}
        value={field.labels?.[language] ?? ''}
        maxLength={120}
        onValue={(label) => onChange(translate(field, language, label))}
      />
      {field.type === 'select' && (
        <LinesField
          label={`Choices (${language})`}
          hint="In the same order, one a line."
          value={field.options.map(({ labels }) => labels?.[language] ?? '')}
          onValue={(lines) => {
            const say = (option: (typeof field.options)[number], i: number) =>
              translate(option, language, lines[i] ?? '');
            onChange({ ...field, options: field.options.map(say) });
          }}
        />
      )}
    </>
  );
}

const FACTS = [
  ['', 'An answer only'],
  ['name', 'Their name'],
  ['email', 'Their e-mail'],
  ['phone', 'Their phone number'],
] as const;

/** What the answer says about who gave it. */
function KeptAs({ field, onChange }: Pick<FieldProps, 'field' | 'onChange'>) {
  const { fact = '' } = field;
  const isOther = !FACTS.some(([known]) => known === fact);
  return (
    <SelectField
      label="Kept as"
      options={isOther ? [...FACTS, [fact, fact]] : FACTS}
      value={fact}
      onValue={(next) => onChange({ ...field, fact: next || undefined })}
    />
  );
}
