import { uuidv7 } from '@throughline/shared';
import { checkField, formOf, OFFLINE_MESSAGE, openingForm } from '@throughline/shared/form';
import type { Form, FormField, FormValues, OpeningForm, Survey } from '@throughline/shared/schema';
import { useRef } from 'preact/hooks';
import { after, type Soon } from '../../lib/soon.ts';
import { draftOf } from '../../store/view.ts';
import { type Chat, useChat, useClient, useView } from '../context.ts';
import { keepAsWords, written } from './rescue.ts';

/** A form of the site that stands before a conversation. */
export interface Opening {
  as: OpeningForm;
  form: Form;
  /** Answers the page, or an earlier form, has given already. */
  known: FormValues;
  /** The page led to it: what is known stands in it, where else it is not asked again. */
  isLed: boolean;
}

type Client = Chat['client'];

/** Words that were written before the form came stand in it, to be sent with it. */
export const wordsIn = (as: OpeningForm): string =>
  as === 'offline' ? OFFLINE_MESSAGE : 'first-words';

/** What is known of the visitor here, by the name of the fact. */
function factsKnown({ persist }: Client): FormValues {
  const { identified = '{}', email } = persist.read();
  const { externalId: _, ...said } = JSON.parse(identified);
  return { ...(email && { email }), ...JSON.parse(persist.note('facts') || '{}'), ...said };
}

const isKnown = (field: FormField, facts: FormValues): boolean => {
  const value = facts[field.fact ?? ''];
  return value !== undefined && checkField(field, value) === undefined;
};

/** The answers to fields nobody has to see. */
const answersKnown = ({ fields }: Form, facts: FormValues): FormValues =>
  Object.fromEntries(
    fields
      .filter((field) => isKnown(field, facts))
      .map(({ name, fact = '' }) => [name, facts[fact] as FormValues[string]]),
  );

/** What the page wants answered here. */
const useLed = () => useView(({ place }) => place.asks) ?? {};

/** What the visitor is asked before this conversation begins; undefined: nothing. */
export function useOpening(conversation: string | null): Opening | undefined {
  const { client } = useChat();
  const { form: led } = useLed();
  const site = useView((view) => view.site);
  const isAway = useAwayNow();
  const kept = useRef<Opening>(undefined);
  if (conversation) return undefined;
  const own = isAway && site?.offline ? ['offline', 'prechat'] : ['prechat'];
  const begun = [led ?? ['offline', 'prechat']].flat().filter((as) => client.draft(draftOf(as)));
  // One that was begun stays as it is until it is sent, whoever comes or goes, and whatever the site changes.
  if (kept.current && begun.includes(kept.current.as)) return kept.current;
  const as = [led ?? [], begun, own].flat().find((one) => site && formOf(site, one));
  const form = site && as !== undefined ? formOf(site, as) : undefined;
  const known = form ? answersKnown(form, factsKnown(client)) : {};
  const isLed = as === led;
  const isAsked = isLed || form?.fields.some(({ name }) => !(name in known));
  kept.current = as !== undefined && form && isAsked ? { as, form, known, isLed } : undefined;
  return kept.current;
}

/** What the page wants rated here; undefined: nothing. It stays as it is, whatever the site changes meanwhile. */
export function useSurvey(conversation: string | null): Survey | undefined {
  const { survey: led } = useLed();
  const surveys = useView(({ site }) => site?.surveys);
  const kept = useRef<Survey>(undefined);
  if (kept.current?.name !== led) kept.current = undefined;
  kept.current ??= surveys?.find(({ name }) => name === led);
  return conversation ? undefined : kept.current;
}

/** The relay says that nobody is there. */
export const useAwayNow = (): boolean =>
  useClient(({ contact, site }) => contact !== null && site.online.length === 0);

const NAME_CHARS = 200;
/** An address the relay takes as one; any other stays an answer. */
export const PLAIN_EMAIL = /^[\w+-]+(\.[\w+-]+)*@([a-z\d][a-z\d-]*\.)+[a-z]{2,}$/i;

/** What was said about who it is holds for the next form too. */
function remember({ persist, submit }: Client, { fields }: Form, values: FormValues): void {
  const given = fields.flatMap(({ name, fact }) =>
    fact && values[name] !== undefined ? [[fact, values[name]]] : [],
  );
  const facts = { ...JSON.parse(persist.note('facts') || '{}'), ...Object.fromEntries(given) };
  persist.setNote('facts', JSON.stringify(facts));
  const { email, name } = facts;
  if (email) persist.keep({ email });
  // Agents call them by it, as if the page had said so.
  const said = {
    ...(PLAIN_EMAIL.test(`${email}`) && { email }),
    ...(name && { name: `${name}`.slice(0, NAME_CHARS) }),
  };
  if ('email' in said || name) submit('contact:identify', { id: uuidv7(), ...said });
}

/** Sends the first words, with what was chosen or dropped while the form stood; without words it waits in the field. */
function sendFirst(chat: Chat, text: string, conversation: string): Soon<string | null> {
  const { client, view, send } = chat;
  const hasFiles = view.getState().picked.length > 0 || client.draft('files:new') !== '';
  const go = hasFiles
    ? import('./files.tsx').then(
        (files) => {
          files.carry(chat);
          return files.sendAll(chat);
        },
        () => send,
      )
    : send;
  return after(go, (sendAll) => (text ? sendAll(text, conversation) : conversation));
}

const described = (conversation: string, form: string) => ({
  ...{ id: uuidv7(), conversation },
  attributes: { form },
});

/** Begins the conversation: its form, the answers, then the words, each kept until the relay has it. */
export function begin(chat: Chat, { as, form, isLed }: Opening, given: FormValues): void {
  const { client, view } = chat;
  const { [wordsIn(as)]: words = '', ...answers } = given;
  const message = uuidv7();
  const asked = openingForm(form, as);
  const isAsked = (name: string) => asked?.fields.some((field) => field.name === name);
  const all = Object.entries(answers);
  const values = Object.fromEntries(all.filter(([name]) => isAsked(name)));
  // Filled in before a reload brought another form.
  const others = Object.fromEntries(all.filter(([name]) => !isAsked(name)));
  const conversationId = client.startConversation(asked && { form: { as, message } });
  // Which one it was, for rules to read: they decide at the answers.
  if (isLed) client.submit('conversation:describe', described(conversationId, as));
  if (asked) {
    keepAsWords(client, message, written(values, asked.fields));
    client.answer('form:submit', { conversationId, messageId: message }, { values });
  }
  remember(client, form, values);
  const show = () => view.setState({ place: { at: 'thread', conversation: conversationId } });
  const text = `${words}\n${written(others)}`.trim();
  const soon = sendFirst(chat, text, conversationId);
  show();
  void after(soon, (sentTo) => {
    if (sentTo) return;
    // The page would not let it through: it waits in the field.
    client.setDraft(conversationId, text);
    show();
  });
}
