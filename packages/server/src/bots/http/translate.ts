import { safeHref } from '@throughline/shared';
import type { Act, Block, Button, Turn } from '@throughline/shared/schema';
import { newLines } from './exchange.ts';

/** What a button of another system sends back, by the name it has here. */
export type Payloads = Record<string, string>;

const LABEL_CHARS = 120;
const OPTIONS_MAX = 10;
const BUTTONS_MAX = 3;
const CARD_CHARS = 500;

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
export const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
/** What it says by name; nothing where it is something else. */
export const fieldsIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

export const labelOf = (value: unknown): string =>
  textIn(value).trim().slice(0, LABEL_CHARS).toWellFormed();

/** An address people may be sent to; empty where it is none, as a picture inside the message. */
export const webIn = (value: unknown): string => (safeHref(textIn(value)) ? textIn(value) : '');

/** What they send may be anything; an action here is a short name, so the two are kept side by side. */
export function createNames(): { payloads: Payloads; actionFor(payload: string): string } {
  const payloads: Payloads = {};
  return {
    payloads,
    actionFor(payload) {
      const action = `choice-${Object.keys(payloads).length + 1}`;
      payloads[action] = payload;
      return action;
    },
  };
}

/** Choices as quick replies. */
export function repliesOf(
  choices: { title: unknown; payload: unknown }[],
  actionFor: (payload: string) => string,
): Block | undefined {
  const options = choices
    .filter(({ title }) => labelOf(title) !== '')
    .slice(0, OPTIONS_MAX)
    .map(({ title, payload }) => ({
      action: actionFor(textIn(payload) || textIn(title)),
      label: labelOf(title),
    }));
  return options.length > 0 ? { kind: 'replies', options } : undefined;
}

interface Pictured {
  title?: string;
  text?: string;
  image?: unknown;
  buttons?: Button[];
}

/** One without a title is called what its picture’s file is, or its first button. */
export function cardOf({ title, text, image, buttons = [] }: Pictured): Block | undefined {
  const url = webIn(image);
  const some = buttons.filter(({ label }) => label !== '').slice(0, BUTTONS_MAX);
  const name = labelOf(title) || labelOf(url.split('/').at(-1)) || some[0]?.label;
  if (!name) return undefined;
  const card = {
    title: name,
    ...(text ? { text: text.slice(0, CARD_CHARS).toWellFormed() } : {}),
    ...(url ? { image: { url } } : {}),
    ...(some.length > 0 ? { buttons: some } : {}),
  };
  return { kind: 'cards', cards: [card] };
}

/** What is said by a block alone. */
export const shown = (block: Block | undefined): Act[] =>
  block ? [{ do: 'say', text: '', block }] : [];

/** The visitor's words as one text; what was chosen is said as the bot called it. */
export const wordsIn = (turn: Turn, payloads: Payloads): string =>
  newLines(turn)
    .map(({ text, answer }) => {
      if (!answer) return text;
      if ('action' in answer) return payloads[answer.action] ?? text;
      return text || JSON.stringify(answer.form);
    })
    .join('\n');

/** What a bot is told of the visitor beside the words. */
export function aboutVisitor({ id, reason, goal, conversation, contact }: Turn): object {
  const { externalId, verified, name, facts } = contact;
  return {
    turn: id,
    reason,
    goal,
    conversation: conversation.id,
    site: conversation.site,
    language: conversation.language,
    page: conversation.page?.url ?? null,
    contact: {
      id: contact.id,
      externalId,
      verified,
      name,
      facts: Object.fromEntries(facts.map((fact) => [fact.name, fact.value])),
    },
  };
}
