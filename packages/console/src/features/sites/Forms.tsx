import type { Form } from '@throughline/shared/schema';
import { newOffline, newPrechat } from '../../lib/form-draft.ts';
import { FormEditor } from '../../ui/FormEditor.tsx';
import { CheckField, SelectField } from '../../ui/inputs.tsx';
import { type PartProps, Section } from './parts.tsx';

interface FormsProps extends PartProps {
  /** Shows the chat as it is while somebody is there, or nobody. */
  onShow(isOnline: boolean): void;
}

/** What visitors are asked before a conversation, in its place, and after it. */
export function Forms({ draft, set, onShow }: FormsProps) {
  const { prechat, offline } = draft;
  const putPrechat = (form: Form | undefined) => {
    set({ prechat: form });
    onShow(true);
  };
  const putOffline = (form: Form | undefined) => {
    set({ offline: form });
    onShow(false);
  };
  return (
    <>
      <Section
        title="Form before a conversation"
        text="Asked before the first message. What a visitor has told already is not asked again."
      >
        <CheckField
          label="Ask before the first message"
          isOn={prechat !== undefined}
          onChange={(isOn) => putPrechat(isOn ? newPrechat() : undefined)}
        />
        {prechat && <FormEditor form={prechat} onChange={putPrechat} />}
      </Section>
      <Section
        title="Form while nobody is there"
        text="Stands in place of the chat, and becomes a conversation you find in the inbox."
      >
        <CheckField
          label="Take a message while nobody is there"
          isOn={offline !== undefined}
          onChange={(isOn) => putOffline(isOn ? newOffline() : undefined)}
        />
        {offline && <FormEditor form={offline} fixed="message" onChange={putOffline} />}
      </Section>
      <Section title="Rating" text="Asked once, whenever a conversation is resolved.">
        <SelectField
          label="How visitors rate"
          options={[
            ['off', 'Nobody is asked'],
            ['csat', 'How did we do? 1 to 5'],
            ['nps', 'Would you recommend us? 0 to 10'],
          ]}
          value={draft.rating ?? 'off'}
          onValue={(rating) => set({ rating: rating === 'off' ? undefined : rating })}
        />
      </Section>
    </>
  );
}
