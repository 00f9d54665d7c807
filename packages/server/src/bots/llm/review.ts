import { LIMITS } from '@throughline/shared';
import { pledgesIn } from './claims.ts';
import { unfounded } from './figures.ts';
import { withinReach } from './links.ts';
import { withoutTags, withoutUnseen } from './plain-text.ts';
import type { Session } from './session.ts';

type Hold = 'canary' | 'link' | 'claim' | 'figure' | 'empty' | 'long';

/** What may be said, or what keeps it from being said and how to say it otherwise. */
export type Verdict = { text: string } | { held: Hold; why: string };

const CITES = /\s?\[(\d{1,2})\]/g;

/** A source there is not is no source. */
const withTrueCites = (text: string, { passages }: Session): string =>
  text.replace(CITES, (cite, number: string) => (passages[Number(number) - 1] ? cite : ''));

function unbacked(text: string, { done, promises }: Session): string | undefined {
  const backed = new Set<string>([...done, ...promises.map(({ what }) => what)]);
  return [...pledgesIn(text)].find((pledge) => !backed.has(pledge));
}

/** A draft as it may go out. What a model says is no more to be trusted than what it has read. */
export function review(draft: string, session: Session): Verdict {
  // In the open text, or in what is hidden in it.
  if (session.canary.isIn(draft))
    return { held: 'canary', why: 'It repeats what is not to be repeated.' };
  const clean = withoutTags(withoutUnseen(session.masks.reveal(draft)));
  const linked = withinReach(clean, session.reach);
  if (linked === undefined) return { held: 'link', why: 'It has links. Write it without any.' };
  const text = withTrueCites(linked, session).trim();
  if (text === '') return { held: 'empty', why: 'It says nothing. Write an answer.' };
  if ([...text].length > LIMITS.textChars / 2) return { held: 'long', why: 'It is too long.' };
  const pledge = unbacked(text, session);
  if (pledge)
    return {
      held: 'claim',
      why: `It says or promises something (${pledge}) that no tool has done. Say only what is so, or hand over to a person.`,
    };
  const figure = unfounded(text, session.known);
  return figure === undefined
    ? { text }
    : {
        held: 'figure',
        why: `The number ${figure} is in none of the sources. Look it up, leave it out, or hand over to a person.`,
      };
}

/** What the visitor can look up: the sources the text names, under it. */
export function withSources(text: string, { passages, reach }: Session): string {
  const cited = [...new Set([...text.matchAll(CITES)].map(([, number]) => Number(number)))];
  const lines = cited
    .sort((a, b) => a - b)
    .flatMap((number) => {
      const passage = passages[number - 1];
      if (!passage) return [];
      const name =
        passage.heading && passage.heading !== passage.title
          ? `${passage.title}: ${passage.heading}`
          : passage.title;
      const words = name.replace(/[[\]()<>`*_\n]/g, ' ').trim();
      const line = passage.url ? `[${words}](${passage.url})` : words;
      return [`[${number}] ${withinReach(line, reach) ?? words}`];
    });
  return lines.length > 0 ? `${text}\n\n${lines.join('\n')}` : text;
}
