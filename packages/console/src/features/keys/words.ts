import type { PiiLevel, Scope } from '@throughline/shared/schema';
import { LEVELS, levelTitle } from '../../lib/levels.ts';
import type { Choice } from '../../ui/Choices.tsx';

type About = Record<Scope, { title: string; text: string }>;

const about: About = {
  'events:read': {
    title: 'Read events',
    text: 'Everything that happens, as pages, as a live stream and as an export.',
  },
  'contacts:read': { title: 'Read contacts', text: 'Who people are, as far as it is known.' },
  'contacts:erase': {
    title: 'Erase contacts',
    text: 'Take all that is known of somebody out, for good.',
  },
  'contacts:write': { title: 'Write contacts', text: 'Add and change what is known of people.' },
  'conversations:read': {
    title: 'Read conversations',
    text: 'Their state, who has them, what was said.',
  },
  'conversations:write': {
    title: 'Write conversations',
    text: 'Answer, assign, tag, resolve: what an agent does.',
  },
  'endpoints:write': {
    title: 'Manage endpoints',
    text: 'Add, change and remove webhooks, and replay deliveries.',
  },
  'knowledge:write': {
    title: 'Write articles',
    text: 'What bots answer from: add, change and remove it.',
  },
};

/** Each thing a program may do. A scope this console has not heard of goes by its own name. */
export const SCOPES: readonly (Choice<Scope> & { text: string })[] = Object.entries(about).map(
  ([scope, words]) => ({ value: scope as Scope, ...words }),
);

/** What is full of people is not opened by half. */
const needs: Partial<Record<Scope, PiiLevel>> = {
  'contacts:read': 'contact',
  'conversations:read': 'content',
};

const rankOf = (level: PiiLevel): number => LEVELS.findIndex(({ value }) => value === level);

/** What a key at this level could not do although it may: the relay refuses it. */
export function lackOf(scopes: readonly Scope[], pii: PiiLevel): string | null {
  const short = scopes.find((scope) => rankOf(needs[scope] ?? 'none') > rankOf(pii));
  if (!short) return null;
  const level = levelTitle(needs[short] ?? 'none');
  return `“${about[short].title}” opens nothing below “${level}”.`;
}

export const scopesTitle = (scopes: readonly Scope[]): string =>
  scopes.map((scope) => about[scope]?.title ?? scope).join(' · ');

/** What the first scope opens, so that the line to try a key with does something. */
const tries: Partial<Record<Scope, string>> = {
  'events:read': '/v1/events?after=now',
  'conversations:read': '/v1/conversations',
  'endpoints:write': '/v1/endpoints',
};

/** The key itself stays out of it: a shell would keep it in its history. */
export function curlFor(scopes: readonly Scope[], base: string): string {
  const path = scopes.map((scope) => tries[scope]).find(Boolean) ?? '/v1/event-types';
  return `curl -H "Authorization: Bearer $THROUGHLINE_KEY" "${base}${path}"`;
}
