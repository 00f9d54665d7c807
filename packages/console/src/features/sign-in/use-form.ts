import { useState } from 'preact/hooks';

interface Form {
  isBusy: boolean;
  /** Why it was not done: something is wrong with a field, or the relay refused. */
  refusal: string | null;
  /** Name of the field at fault. */
  invalid: string | null;
  onSubmit(event: SubmitEvent): void;
}

const faultyField = (form: HTMLFormElement): HTMLInputElement | undefined =>
  [...form.querySelectorAll('input')].find(({ validity }) => !validity.valid);

function complaint({ validity, labels, minLength }: HTMLInputElement): string {
  if (validity.valueMissing) return `${labels?.[0]?.textContent} is missing.`;
  if (validity.tooShort) return `The password needs at least ${minLength} characters.`;
  return 'That is not an e-mail address.';
}

/** One submit at a time, of complete fields; a refusal stays until the next try. */
export function useForm(submit: () => Promise<string | undefined>): Form {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [invalid, setInvalid] = useState<string | null>(null);

  async function run(): Promise<void> {
    setBusy(true);
    const refused = await submit();
    setBusy(false);
    setRefusal(refused ?? null);
  }

  return {
    isBusy,
    refusal,
    invalid,
    onSubmit(event) {
      event.preventDefault();
      const field = faultyField(event.currentTarget as HTMLFormElement);
      setInvalid(field?.name ?? null);
      if (field) {
        setRefusal(complaint(field));
        field.focus();
      } else if (!isBusy) void run();
    },
  };
}
