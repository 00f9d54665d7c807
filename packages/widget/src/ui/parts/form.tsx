import { checkField, inLanguage } from '@throughline/shared/form';
import type { Form as FormData, FormField, FormValues } from '@throughline/shared/schema';
import type { RefObject, VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { blockWords } from '../../i18n/words/block.ts';
import { useChat, useTexts, useView } from '../context.ts';
import { useStyles } from '../use-part.ts';
import { answerWords } from './answer-words.ts';
import { Field, type Wrong } from './Field.tsx';
import css from './form.css?inline';
import { draftIn, useDraft } from './use-draft.ts';
import { useFocusBehind } from './use-focus-behind.ts';
import { useAbandoned, useShown } from './use-shown.ts';

interface Props {
  form: FormData;
  /** Under which name what is filled in is kept until it is sent. */
  draft: string;
  onSubmit(values: FormValues): void;
  /** What stands in it before anything is filled in. */
  filled?: FormValues;
  /** On its way. */
  sending?: FormValues;
  /** Sent: shown as it was, and nothing can be changed any more. */
  sent?: FormValues;
}

/** `1,5` is a number to many; what is none stays as it was written, and is told apart when it is sent. */
function numberOf(text: string): FormValues[string] {
  const number = Number(text.replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}

/** While it is written, a number is text: drawn back as the number, `1.0` would be `1` before its `5` comes. */
const answersIn = ({ fields }: FormData, values: FormValues): FormValues => {
  const numbers = new Set(fields.filter(({ type }) => type === 'number').map(({ name }) => name));
  const answer = ([name, value]: [string, FormValues[string]]) =>
    [name, numbers.has(name) && typeof value === 'string' ? numberOf(value) : value] as const;
  return Object.fromEntries(Object.entries(values).map(answer));
};

/** What is wrong with each field. */
const mistakes = ({ fields }: FormData, values: FormValues): Record<string, Wrong> =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const mistake = checkField(field, values[field.name]);
      return mistake ? [[field.name, mistake]] : [];
    }),
  );

/** A form beside a message, or before the first one. What is filled in stays on the device until it is sent. */
export function Form(props: Props): VNode {
  const { tag } = useView((view) => view.language);
  return <Asked {...props} form={inLanguage(props.form, tag)} />;
}

/** In the visitor's own language by now. */
function Asked({ form, draft, onSubmit, filled, sending, sent }: Props): VNode {
  const { client } = useChat();
  const w = useTexts(blockWords);
  const ref = useRef<HTMLDivElement>(null);
  useStyles(ref, css);
  const fields = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<FormValues>(() => ({
    ...filled,
    ...draftIn(client, draft),
  }));
  const [wrong, setWrong] = useState<Record<string, Wrong>>({});
  const shown = useRef(values);
  shown.current = values;
  const done = sent ?? sending;
  const here = useFocusBehind(done !== undefined);
  // `form:` and which one it is.
  const about = draft.slice(5);
  useShown(done === undefined, 'form.shown', { form: about });
  const touched = useAbandoned(about);
  const keep = useDraft(draft, (kept) => {
    setValues({ ...kept });
    setWrong({});
  });

  const write = ({ name }: FormField, value: FormValues[string] | undefined) => {
    const { [name]: _, ...rest } = shown.current;
    const next = value === undefined ? rest : { ...rest, [name]: value };
    setValues(next);
    keep(next);
    touched.current = name;
    // What was wrong is right as soon as it is; nobody is scolded while they type.
    if (wrong[name]) setWrong(({ [name]: gone, ...left }) => left);
  };
  const submit = () => {
    const found = mistakes(form, answersIn(form, values));
    setWrong(found);
    const first = form.fields.find(({ name }) => found[name])?.name;
    if (first !== undefined) {
      (fields.current?.elements.namedItem(first) as HTMLElement | null)?.focus();
      return;
    }
    client.setDraft(draft, '');
    touched.current = undefined;
    onSubmit(answersIn(form, values));
  };
  if (done)
    return (
      <div ref={ref}>
        <Sent form={form} values={done} isSent={sent !== undefined} here={here} />
      </div>
    );
  return (
    <div ref={ref}>
      <form
        ref={fields}
        class="card form"
        noValidate
        {...(form.title && { 'aria-label': form.title })}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {form.title && <b dir="auto">{form.title}</b>}
        {form.fields.map((field) => (
          <Field
            key={field.name}
            id={`${draft}-${field.name}`}
            field={field}
            value={values[field.name]}
            wrong={wrong[field.name]}
            onWrite={(value) => write(field, value)}
          />
        ))}
        <div class="buttons main">
          <button type="submit">
            <bdi>{form.submit ?? w('send')}</bdi>
          </button>
        </div>
      </form>
    </div>
  );
}

interface SentProps {
  form: FormData;
  values: FormValues;
  isSent: boolean;
  here: RefObject<HTMLDivElement | null>;
}

/** What was answered, for the one who answered it. */
function Sent({ form, values, isSent, here }: SentProps): VNode {
  const w = useTexts(blockWords);
  const { tag } = useView((view) => view.language);
  return (
    <div class="card form" tabIndex={-1} ref={here}>
      {form.title && <b dir="auto">{form.title}</b>}
      <dl>
        {form.fields
          .filter(({ name }) => values[name] !== undefined)
          .map((field) => (
            <div key={field.name}>
              <dt dir="auto">{field.label}</dt>
              <dd dir="auto">{answerWords(field, values[field.name], { t: w, tag })}</dd>
            </div>
          ))}
      </dl>
      <small role="status">{w(isSent ? 'sent' : 'sending')}</small>
    </div>
  );
}
