import { formOf, openingForm } from '@throughline/shared/form';
import type { Actor, Block, CommandInput, Site } from '@throughline/shared/schema';
import type { Fact } from './decision.ts';

type Asked = Fact & { by: Actor };

const inNameOf = ({ name }: Site): Actor => ({ kind: 'system', id: 'relay', name });

/** What a site asks by itself, in its own name: nobody's turn to write changes by it. */
const ask = (site: Site, block: Block): Asked => ({
  type: 'message.created',
  data: { text: '', block },
  by: inNameOf(site),
});

type Begun = Pick<CommandInput<'conversation:start'>, 'form' | 'survey'>;

/** What a visitor answered before the first message; what is published no more asks nothing. */
export function askFirst(site: Site | undefined, begun: Begun): Fact[] {
  return site ? [...askForm(site, begun), ...askSurvey(site, begun)] : [];
}

function askForm(site: Site, { form: begun }: Begun): Fact[] {
  const form = begun && formOf(site, begun.as);
  const asked = form && openingForm(form, begun.as);
  return asked ? [{ ...ask(site, { kind: 'form', form: asked }), id: begun.message }] : [];
}

/** An answer and no matter: nobody is waited for, until the visitor writes. */
function askSurvey(site: Site, { survey: begun }: Begun): Fact[] {
  if (!begun) return [];
  const resolved: Asked = { type: 'conversation.resolved', data: {}, by: inNameOf(site) };
  const found = site.surveys?.find(({ name }) => name === begun.as);
  if (!found) return [resolved];
  const { name: survey, ...asked } = found;
  const question = ask(site, { kind: 'rating', survey, ...asked });
  return [{ ...question, id: begun.message }, resolved];
}

/** How it was, once somebody has closed the matter. */
export function askRating(site: Site | undefined): Fact[] {
  const { rating = 'off' } = site ?? {};
  return site && rating !== 'off'
    ? [ask(site, { kind: 'rating', scale: rating, comment: true })]
    : [];
}
