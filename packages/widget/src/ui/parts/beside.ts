import type { Actor, Block, EventData } from '@throughline/shared/schema';
import { blockWords } from '../../i18n/words/block.ts';
import type { useTexts } from '../context.ts';

type Message = { actor: Actor; data: EventData<'message.created'> };
type Say = ReturnType<typeof useTexts<typeof blockWords>>;

/** The language's own words, or ours: nobody has loaded the part the question stands in. */
function questionOf(block: Block, { kind }: Actor, say: Say): string | undefined {
  if (block.kind === 'rating' && !block.survey)
    return say(`rate_${block.scale}`) || blockWords[`rate_${block.scale}`];
  // The site's own form stands there because the visitor has filled it in.
  if (block.kind === 'form' && kind !== 'system') return block.form.title;
  return block.kind === 'payment' ? block.title : undefined;
}

/** What is said of a message that has no words of its own; empty: nothing. */
export function wordsFor({ actor, data: { block, attachments = [] } }: Message, say: Say): string {
  const question = block && questionOf(block, actor, say);
  return question ?? attachments.map(({ name }) => name).join(', ');
}
