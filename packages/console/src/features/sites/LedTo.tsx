import type { Form, SiteSettings, Survey } from '@throughline/shared/schema';
import type { ComponentChildren } from 'preact';
import { keyOf, newLed } from '../../lib/form-draft.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { FormEditor } from '../../ui/FormEditor.tsx';
import { BinIcon, EyeIcon, PlusIcon } from '../../ui/icons.tsx';
import { CheckField, LineField, LinesField, SelectField } from '../../ui/inputs.tsx';
import { type PartProps, Section } from './parts.tsx';

const EACH_MAX = 20;

interface LedToProps extends PartProps {
  /** Shows it in the preview: `form:callback`. */
  onOpen(target: string): void;
}

/** What buttons and links of the page open by name: forms, ratings, articles. */
export function LedTo(props: LedToProps) {
  const { draft, set } = props;
  return (
    <>
      <LedForms {...props} />
      <LedSurveys {...props} />
      <Section
        title="Articles"
        text='Anything on your pages opens one: data-throughline-open="article:shipping".'
      >
        <LinesField
          label="Collections anybody may read"
          hint="One a line, as they are named where your articles are written. Empty: none."
          value={draft.articles ?? []}
          onValue={(articles) => set({ articles: orNone(articles) })}
        />
      </Section>
    </>
  );
}

const namesOf = (all: readonly { name: string }[]) => all.map(({ name }) => name);
/** None is as if nothing had been said. */
const orNone = <T,>(all: T[]): T[] | undefined => (all.length > 0 ? all : undefined);

type LedForm = NonNullable<SiteSettings['forms']>[number];

function LedForms({ draft, set, onOpen }: LedToProps) {
  const forms = draft.forms ?? [];
  const put = (next: LedForm[]) => set({ forms: orNone(next) });
  return (
    <Section
      title="Forms your pages open"
      text='A button of yours that leads to one: data-throughline-open="form:callback". What is sent begins a conversation.'
    >
      {forms.map((form, i) => (
        <Named
          key={i}
          what="form"
          name={form.name}
          onName={(name) => put(forms.with(i, { ...form, name }))}
          onLook={() => onOpen(`form:${form.name}`)}
          onRemove={() => put(forms.toSpliced(i, 1))}
        >
          <FormEditor
            form={form}
            onChange={(next: Form) => put(forms.with(i, { ...next, name: form.name }))}
          />
        </Named>
      ))}
      <Add
        isFull={forms.length >= EACH_MAX}
        onAdd={() => put([...forms, newLed(keyOf('form', namesOf(forms), 'form'))])}
      >
        Add a form
      </Add>
    </Section>
  );
}

function LedSurveys({ draft, set, onOpen }: LedToProps) {
  const surveys = draft.surveys ?? [];
  const put = (next: Survey[]) => set({ surveys: orNone(next) });
  return (
    <Section
      title="Ratings your pages open"
      text='Asked wherever you like: data-throughline-open="survey:checkout". Nobody has to answer them.'
    >
      {surveys.map((survey, i) => (
        <Named
          key={i}
          what="rating"
          name={survey.name}
          onName={(name) => put(surveys.with(i, { ...survey, name }))}
          onLook={() => onOpen(`survey:${survey.name}`)}
          onRemove={() => put(surveys.toSpliced(i, 1))}
        >
          <OneSurvey survey={survey} onChange={(next) => put(surveys.with(i, next))} />
        </Named>
      ))}
      <Add
        isFull={surveys.length >= EACH_MAX}
        onAdd={() =>
          put([...surveys, { name: keyOf('rating', namesOf(surveys), 'rating'), scale: 'csat' }])
        }
      >
        Add a rating
      </Add>
    </Section>
  );
}

function OneSurvey({ survey, onChange }: { survey: Survey; onChange(survey: Survey): void }) {
  const { scale, question, comment } = survey;
  return (
    <>
      <div class="site-row">
        <SelectField
          label="Scale"
          options={[
            ['csat', '1 to 5'],
            ['nps', '0 to 10'],
          ]}
          value={scale}
          onValue={(next) => onChange({ ...survey, scale: next })}
        />
        <LineField
          label="Question"
          hint="Empty: how we did, or whether you would be recommended, in the visitor’s language."
          value={question ?? ''}
          maxLength={120}
          onValue={(next) => onChange({ ...survey, question: next || undefined })}
        />
      </div>
      <CheckField
        label="Ask for a comment"
        isOn={comment === true}
        onChange={(isOn) => onChange({ ...survey, comment: isOn || undefined })}
      />
    </>
  );
}

interface NamedProps {
  what: 'form' | 'rating';
  name: string;
  onName(name: string): void;
  onLook(): void;
  onRemove(): void;
  children: ComponentChildren;
}

/** A card with the name pages use, and what goes by it. */
function Named({ what, name, onName, onLook, onRemove, children }: NamedProps) {
  return (
    <fieldset class="card rule">
      <legend class="sr-only">{name}</legend>
      <div class="rule-head">
        <LineField label="Name on your pages" value={name} maxLength={40} onValue={onName} />
        <div class="card-actions">
          <IconButton label={`Show the ${what} ${name}`} icon={EyeIcon} onClick={onLook} />
          <IconButton label={`Remove the ${what} ${name}`} icon={BinIcon} onClick={onRemove} />
        </div>
      </div>
      {children}
    </fieldset>
  );
}

interface AddProps {
  isFull: boolean;
  onAdd(): void;
  children: string;
}

const Add = ({ isFull, onAdd, children }: AddProps) => (
  <div>
    <Button icon={PlusIcon} disabled={isFull} onClick={onAdd}>
      {children}
    </Button>
  </div>
);
