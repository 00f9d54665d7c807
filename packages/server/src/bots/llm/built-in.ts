import { handOffReasons, type Reply } from '@throughline/shared/schema';
import type { Schema } from './arguments.ts';
import type { Passage, Session } from './session.ts';

/** Looks into the articles of some collections. */
export type Search = (collections: readonly string[], query: string) => Promise<Passage[]>;

export interface Nearby {
  search: Search;
  now: number;
}

/** What comes of a call: something to go on with, or the end of the turn. */
type Used = { result: string } | { next: Reply['next'] };

export interface BuiltIn {
  description: string;
  parameters: Schema;
  /** Whether this bot has it. */
  isGranted(session: Session): boolean;
  use(given: Record<string, unknown>, session: Session, nearby: Nearby): Used | Promise<Used>;
}

const MINUTE_MS = 60_000;
const NOTES_MAX = 4;
const PROMISES_MAX = 2;
const PASSAGES_MAX = 20;

const object = (properties: Record<string, Schema>, required: string[]) => ({
  type: 'object',
  properties,
  required,
});

const text = (description: string, maxLength: number) => ({
  type: 'string',
  description,
  maxLength,
});

const REASONS = handOffReasons.filter((reason) =>
  ['asked', 'out_of_scope', 'low_confidence', 'policy', 'distress'].includes(reason),
);

const handOff: BuiltIn = {
  description: 'Gives the conversation to a person of the business, with what they should know.',
  parameters: object(
    {
      reason: { type: 'string', enum: REASONS },
      problem: text('What the visitor wants, in one or two sentences.', 900),
      tried: { type: 'array', items: text('What was tried.', 400), maxItems: 10 },
    },
    ['reason'],
  ),
  isGranted: () => true,
  use({ reason, problem, tried = [] }, { turn, masks }) {
    const said = (words: unknown) => masks.reveal(String(words));
    const summary = problem !== undefined &&
      String(problem).trim() !== '' && {
        problem: said(problem).slice(0, 1000),
        tried: (tried as string[]).filter((it) => it.trim()).map((it) => said(it).slice(0, 500)),
        cites: turn.lines
          .filter(({ by }) => by === 'visitor')
          .map(({ seq }) => seq)
          .slice(-50),
      };
    const why = reason as (typeof handOffReasons)[number];
    return { next: { do: 'hand_off', reason: why, ...(summary && { summary }) } };
  },
};

const noteFact: BuiltIn = {
  description:
    'Notes something the visitor said about this conversation, for the people of the business.',
  parameters: object({ name: text('Which.', 64), value: text('What.', 400) }, ['name', 'value']),
  isGranted: ({ config }) => config.facts.length > 0,
  use({ name, value }, { config, notes, masks }) {
    const known = config.facts.find((it) => it === name);
    if (!known) return { result: `There are only: ${config.facts.join(', ')}.` };
    if (notes.length >= NOTES_MAX) return { result: 'Enough is noted.' };
    // A model is never certain, and no page shows what it thinks.
    const about = { confidence: 0.5, visibility: 'agents' as const };
    notes.push({ do: 'note', fact: { name: known, value: masks.reveal(String(value)), ...about } });
    return { result: 'Noted.' };
  },
};

const promise: BuiltIn = {
  description: 'Promises in the name of the business that a person will reply or call.',
  parameters: object(
    {
      what: { type: 'string', enum: ['reply', 'call_back'] },
      dueInMinutes: { type: 'integer', minimum: 15, maximum: 7 * 24 * 60 },
    },
    ['what', 'dueInMinutes'],
  ),
  isGranted: ({ config }) => config.promises.length > 0,
  use({ what, dueInMinutes }, { config, promises }, { now }) {
    const kind = config.promises.find((it) => it === what);
    if (!kind) return { result: 'This must not be promised.' };
    if (promises.length >= PROMISES_MAX) return { result: 'Enough is promised.' };
    promises.push({ do: 'promise', what: kind, dueAt: now + Number(dueInMinutes) * MINUTE_MS });
    return { result: 'Promised. Say so.' };
  },
};

const end: BuiltIn = {
  description: 'The matter is settled: nobody owes the visitor anything until they write again.',
  parameters: object({ resolve: { type: 'boolean' } }, []),
  isGranted: () => true,
  use: ({ resolve = false }) => ({ next: { do: 'end', resolve: resolve === true } }),
};

const readPage: BuiltIn = {
  description: 'Address and title of the page the visitor is on.',
  parameters: object({}, []),
  isGranted: ({ turn }) => turn.conversation.page !== null,
  use(_given, { turn, learn }) {
    const { url = '', title = '' } = turn.conversation.page ?? {};
    return { result: learn(JSON.stringify({ url, title }), 'elsewhere') };
  },
};

const readContact: BuiltIn = {
  description: 'What the business knows about the visitor.',
  parameters: object({}, []),
  isGranted: () => true,
  use(_given, { turn, learn }) {
    const { name, verified, facts } = turn.contact;
    const told = facts.map((fact) => [fact.name, fact.value]);
    return { result: learn(JSON.stringify({ name, verified, facts: told }), 'elsewhere') };
  },
};

const searchKnowledge: BuiltIn = {
  description: 'Looks into the articles of the business. Use words as they stand there.',
  parameters: object({ query: text('A few words.', 200) }, ['query']),
  isGranted: ({ config }) => config.knowledge.length > 0,
  async use({ query }, { config, passages, learn, masks }, { search }) {
    const found = await search(config.knowledge, masks.reveal(String(query)));
    const told = found.flatMap((passage) => {
      const known = passages.findIndex(({ id }) => id === passage.id);
      if (known < 0 && passages.length >= PASSAGES_MAX) return [];
      const number = known < 0 ? passages.push(passage) : known + 1;
      const { title, heading, text: words, url } = passage;
      if (url) learn(url, 'elsewhere');
      return [`[${number}] ${title} · ${heading}\n${learn(words, 'elsewhere')}`];
    });
    return { result: told.join('\n\n') || 'Nothing was found.' };
  },
};

/** What the relay itself lets a model do; all of it stays inside of the conversation. */
export const builtIns: Record<string, BuiltIn> = {
  hand_off: handOff,
  note_fact: noteFact,
  promise,
  end,
  read_page: readPage,
  read_contact: readContact,
  search_knowledge: searchKnowledge,
};
