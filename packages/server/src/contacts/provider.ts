import { randomUUIDv7 } from 'node:crypto';
import {
  type Actor,
  type CardAnswer,
  type ContactSummary,
  type ContextCard,
  contextAnswer,
  type NewFact,
  parse,
  type Site,
} from '@throughline/shared/schema';
import { signWebhook } from '@throughline/shared/webhooks';
import { type Breaker, createBreaker } from '../lib/breaker.ts';
import type { Clock } from '../lib/clock.ts';
import type { Poster } from '../lib/post.ts';
import { createTurns, type Turns } from '../lib/turns.ts';
import type { ProgramContacts } from './program.ts';
import type { ContactQueries } from './queries.ts';

/** From the question on, waiting for its turn included. */
const TIMEOUT_MS = 2000;
/** Questions of one site at a time. */
const AT_ONCE_MAX = 16;
/** A failure is no answer that is good for as long as one. */
const FAILED_MS = 5000;
/** Contacts whose answers are kept; the one asked longest ago gives way. */
const KEPT_MAX = 5000;

interface ProviderOptions {
  contacts: ContactQueries;
  program: ProgramContacts;
  site(key: string): Site | undefined;
  secretsOf(site: string): Promise<string[]>;
  poster: Poster;
  now: Clock;
  onError(error: unknown): void;
}

export interface Provider {
  /** Asks what the business knows of a contact, unless it was asked a moment ago; never throws. */
  ask(contact: string): Promise<CardAnswer>;
}

interface Answered {
  /** How long it is good. */
  until: number;
  answer: Promise<CardAnswer>;
}

const NONE: CardAnswer = { state: 'none', card: null };
const FAILED: CardAnswer = { state: 'failed', card: null };

/** The way to one site's provider. */
interface Line {
  breaker: Breaker;
  turns: Turns;
}

/** Asks the business's own system: its answer becomes facts, and a card for agents. */
export function createProvider(options: ProviderOptions): Provider {
  const { contacts, now, site: siteOf } = options;
  const lines = new Map<string, Line>();
  const answers = new Map<string, Answered>();

  function lineOf(key: string): Line {
    const made = () => ({ breaker: createBreaker(now, 1), turns: createTurns(AT_ONCE_MAX) });
    const known = lines.get(key) ?? made();
    lines.set(key, known);
    return known;
  }

  function keep(contact: string, answered: Answered): Promise<CardAnswer> {
    const { answer } = answered;
    answers.delete(contact);
    answers.set(contact, answered);
    void answer.then(({ state }) => {
      if (state === 'failed') answered.until = Math.min(answered.until, now() + FAILED_MS);
    });
    const [oldest] = answers.keys();
    if (answers.size > KEPT_MAX && oldest !== undefined) answers.delete(oldest);
    return answer;
  }

  async function ask(id: string): Promise<CardAnswer> {
    const contact = await contacts.summary(id, 'programs');
    const site = contact && siteOf(contact.site);
    if (!contact || !site?.context) return NONE;
    if (await contacts.erasureOf(contact.id)) {
      answers.delete(contact.id);
      return NONE;
    }
    const known = answers.get(contact.id);
    if (known && now() < known.until) return known.answer;
    const line = lineOf(site.key);
    if (line.breaker.opensAt > now()) return FAILED;
    const until = now() + site.context.ttlMs;
    return keep(contact.id, { until, answer: consult(options, { site, contact, line }) });
  }

  return {
    // Nobody waits for it when a conversation starts: the store may be away, and the relay goes on.
    ask: (id) =>
      ask(id).catch((error) => {
        options.onError(error);
        return FAILED;
      }),
  };
}

interface Question {
  site: Site;
  contact: ContactSummary;
  line: Line;
}

async function consult(options: ProviderOptions, question: Question): Promise<CardAnswer> {
  const { breaker, turns } = question.line;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  /** One that never got its turn says nothing of the provider. */
  let isAsked = false;
  try {
    const { facts, card } = await turns.take(async () => {
      if (breaker.opensAt > options.now()) throw new Error('the context provider failed meanwhile');
      isAsked = true;
      return request(options, question, signal);
    }, signal);
    breaker.succeeded();
    await record(options, question, facts);
    return { state: 'fresh', card: card ?? null };
  } catch (error) {
    if (isAsked) breaker.failed();
    options.onError(error);
    return FAILED;
  }
}

/** One signed question, as a webhook is signed, so that the same code checks it. */
async function request(
  { poster, secretsOf, now }: ProviderOptions,
  { site, contact }: Question,
  signal: AbortSignal,
): Promise<{ facts: NewFact[]; card?: ContextCard | undefined }> {
  const { id, externalId, verified, email } = contact;
  const secrets = await secretsOf(site.key);
  if (secrets.length === 0) throw new Error('the context provider has no secret');
  const body = JSON.stringify({ site: site.key, contact: { id, externalId, verified, email } });
  const stamp = { id: randomUUIDv7(), timestamp: Math.floor(now() / 1000), body };
  const answer = await poster.post(site.context?.url ?? '', {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Throughline',
      ...signWebhook(secrets, stamp),
    },
    body,
    signal,
  });
  if (answer.status !== 200) throw new Error(`the context provider answered ${answer.status}`);
  const checked = parse(contextAnswer, JSON.parse(answer.body));
  if (!checked.ok)
    throw new Error(`the context provider’s answer is wrong: ${checked.error.field}`);
  return checked.value;
}

/** Only what is news: asked every minute, the log would otherwise say the same every minute. */
async function record(
  { program, contacts }: ProviderOptions,
  { site, contact }: Question,
  facts: NewFact[],
): Promise<void> {
  const { host } = new URL(site.context?.url ?? '');
  const actor: Actor = { kind: 'bot', id: `context:${site.key}`, name: host };
  const known = await contacts.summary(contact.id, 'programs');
  const isNews = ({ name, value, expiresAt = null }: NewFact) =>
    !known?.facts.some(
      (fact) =>
        fact.name === name &&
        fact.source.id === actor.id &&
        fact.value === value &&
        fact.expiresAt === expiresAt,
    );
  const news = facts.filter(isNews);
  if (news.length === 0) return;
  const stamp = { id: randomUUIDv7(), actor, cause: null };
  await program.record(stamp, { contact: contact.id, facts: news });
}
