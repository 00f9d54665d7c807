import { oneLine, SCALES } from '@throughline/shared';
import { inLanguage } from '@throughline/shared/form';
import type { Block, BlockOf, Button } from '@throughline/shared/schema';
import { blockWords } from '../../i18n/words/block.ts';
import type { Bubble } from '../../store/selectors.ts';
import type { useTexts } from '../context.ts';
import { amountWords, answerWords, statusOf, statusWords } from './answer-words.ts';
import { answerOf } from './answers.ts';

/** One word of the files' own, whose part need not come for it. */
export const toldWords = { ...blockWords, file: 'File' };

interface Around {
  t: ReturnType<typeof useTexts<typeof toldWords>>;
  tag: string;
}

const named = (name: string, value: string): string => `${oneLine(name)}: ${value}`;

/** A message's files and block as text, a line for each thing; what is chosen or answered with it. */
export function told(bubble: Bubble, around: Around): string[] {
  const { attachments = [], block } = bubble;
  return [
    ...attachments.map(({ name = '' }) => named(around.t('file'), oneLine(name))),
    ...(block ? blockLines(bubble, block, around) : []),
  ];
}

function blockLines(bubble: Bubble, block: Block, around: Around): string[] {
  switch (block.kind) {
    case 'buttons':
      return [...block.buttons.flatMap(linkLine), ...chosen(bubble, around)];
    case 'cards':
      return [...block.cards.flatMap(cardLines), ...chosen(bubble, around)];
    case 'form':
      return formLines(bubble, block, around);
    case 'payment':
      return [paymentLine(bubble, block, around)];
    case 'rating':
      return ratingLines(bubble, block, around);
    default:
      // The reply that was chosen is a message of the visitor's.
      return [];
  }
}

const linkLine = ({ label, url }: Button): string[] => (url ? [named(label, url)] : []);

const cardLines = ({ title, text, buttons = [] }: BlockOf<'cards'>['cards'][number]): string[] => [
  text ? named(title, text) : title,
  ...buttons.flatMap(linkLine),
];

function chosen(bubble: Bubble, { t }: Around): string[] {
  const answer = answerOf(bubble, 'message.action_clicked');
  return answer ? [named(t('chosen'), answer.label)] : [];
}

function formLines(bubble: Bubble, block: BlockOf<'form'>, around: Around): string[] {
  const { title, fields } = inLanguage(block.form, around.tag);
  const values = answerOf(bubble, 'form.submitted')?.values ?? {};
  return [
    ...(title ? [title] : []),
    ...fields
      .filter(({ name }) => values[name] !== undefined)
      .map((field) => named(field.label, answerWords(field, values[field.name], around))),
  ];
}

function paymentLine(bubble: Bubble, payment: BlockOf<'payment'>, around: Around): string {
  const { title, dueAt } = payment;
  const sum = amountWords(payment, around.tag);
  const status = statusWords(statusOf(bubble, payment), dueAt, around);
  return `${title ? named(title, sum) : sum} (${status})`;
}

function ratingLines(bubble: Bubble, rating: BlockOf<'rating'>, { t }: Around): string[] {
  const { scale } = rating;
  const answer = answerOf(bubble, 'survey.submitted');
  const question = bubble.text ? [] : [rating.question ?? t(`rate_${scale}`)];
  if (!answer) return question;
  const score = named(t('rating'), `${answer.score}/${SCALES[scale].to}`);
  return [...question, score, ...(answer.comment ? [answer.comment] : [])];
}
