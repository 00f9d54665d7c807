import { openingForm } from '@throughline/shared/form';
import type { Actor, Block, CommandInput, Site } from '@throughline/shared/schema';
import type { Fact } from './decision.ts';

/** What a site asks by itself, in its own name: nobody's turn to write changes by it. */
const ask = ({ name }: Site, block: Block): Fact & { by: Actor } => ({
  type: 'message.created',
  data: { text: '', block },
  by: { kind: 'system', id: 'relay', name },
});

type Begun = CommandInput<'conversation:start'>['form'];

/** The form a visitor filled in before the first message; one that is published no more asks nothing. */
export function askFirst(site: Site | undefined, begun: Begun): Fact[] {
  const form = begun && site?.[begun.as];
  const asked = form && openingForm(form, begun.as);
  return asked ? [{ ...ask(site, { kind: 'form', form: asked }), id: begun.message }] : [];
}

/** How it was, once somebody has closed the matter. */
export function askRating(site: Site | undefined): Fact[] {
  const { rating = 'off' } = site ?? {};
  return site && rating !== 'off'
    ? [ask(site, { kind: 'rating', scale: rating, comment: true })]
    : [];
}
