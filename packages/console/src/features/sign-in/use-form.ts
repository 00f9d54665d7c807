import { useState } from 'preact/hooks';

interface Form {
  isBusy: boolean;
  /** Why the relay refused. */
  refusal: string | null;
  onSubmit(event: Event): void;
}

/** One submit at a time; a refusal stays until the next try. */
export function useForm(submit: () => Promise<string | undefined>): Form {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function run(): Promise<void> {
    setBusy(true);
    const refused = await submit();
    setBusy(false);
    setRefusal(refused ?? null);
  }

  return {
    isBusy,
    refusal,
    onSubmit(event) {
      event.preventDefault();
      if (!isBusy) void run();
    },
  };
}
