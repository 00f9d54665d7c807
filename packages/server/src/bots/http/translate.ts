import type { Block, Button, Turn } from '@throughline/shared/schema';
import { newLines } from './exchange.ts';

/** What a button of another system sends back, by the name it has here. */
export type Payloads = Record<string, string>;

const LABEL_CHARS = 120;
const OPTIONS_MAX = 10;
const BUTTONS_MAX = 3;

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
export const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
/** What it says by name; nothing where it is something else. */
export const fieldsIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

export const labelOf = (value: unknown): string => textIn(value).slice(0, LABEL_CHARS);

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
    .filter(({ title }) => labelOf(title).trim() !== '')
    .slice(0, OPTIONS_MAX)
    .map(({ title, payload }) => ({
      action: actionFor(textIn(payload) || textIn(title)),
      label: labelOf(title),
    }));
  return options.length > 0 ? { kind: 'replies', options } : undefined;
}

interface Pictured {
  title: string;
  text?: string;
  image?: string;
  buttons?: Button[];
}

export function cardOf({ title, text, image, buttons = [] }: Pictured): Block {
  const some = buttons.slice(0, BUTTONS_MAX);
  return {
    kind: 'cards',
    cards: [
      {
        title: labelOf(title),
        ...(text ? { text: text.slice(0, 500) } : {}),
        ...(image ? { image: { url: image } } : {}),
        ...(some.length > 0 ? { buttons: some } : {}),
      },
    ],
  };
}

/** A picture without words is called what its file is. */
export const pictureOf = (url: string): Block =>
  cardOf({ title: url.split('/').at(-1) || url, image: url });

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
