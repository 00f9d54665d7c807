import { SCALES } from '@throughline/shared';
import { checkForm } from '@throughline/shared/form';
import { type Block, type BlockOf, type EventType, isTombstone } from '@throughline/shared/schema';
import { type Decide, type Decision, type Fact, heard, refuse, type Subject } from './decision.ts';
import { actorOf } from './policy.ts';

type Name = 'message:act' | 'form:submit' | 'survey:submit' | 'payment:report';

/** What stands under the message the input names; nothing once the message is gone. */
function blockOf({ message }: Subject): Block | undefined {
  if (message?.type !== 'message.created' || isTombstone(message.data)) return undefined;
  return message.data.block;
}

/** Goes on with the block, if it is of this kind. */
function on<K extends Block['kind']>(
  subject: Subject,
  kind: K,
  decide: (block: BlockOf<K>) => Decision,
): Decision {
  const block = blockOf(subject);
  return block?.kind === kind ? decide(block as BlockOf<K>) : refuse('not_found', 'message');
}

const isAnswered = ({ amendments = [] }: Subject, by: EventType): boolean =>
  amendments.some(({ type }) => type === by);

/** What can be pressed, by its name. */
function actionsOf(block: Block | undefined): { action?: string | undefined; label: string }[] {
  switch (block?.kind) {
    case 'replies':
      return block.options;
    case 'buttons':
      return block.buttons;
    case 'cards':
      return block.cards.flatMap(({ buttons = [] }) => buttons);
    default:
      return [];
  }
}

const sumOf = ({ amount, currency, reference }: BlockOf<'payment'>) => ({
  amount,
  currency,
  ...(reference !== undefined && { reference }),
});

/** What a message that asks for money says beside itself, whoever writes it. */
export const requested = (message: string, block: Block | undefined): Fact[] =>
  block?.kind === 'payment'
    ? [
        {
          type: 'payment.requested',
          data: {
            message,
            ...sumOf(block),
            ...(block.dueAt !== undefined && { dueAt: block.dueAt }),
          },
        },
      ]
    : [];

type Status = Parameters<Decide<'payment:report'>>[1]['status'];

/** What may follow on what is known; a payment nothing is known of is due. */
const next: Record<Status | 'due', readonly Status[]> = {
  due: ['paid', 'failed', 'cancelled'],
  failed: ['paid', 'failed', 'cancelled'],
  paid: ['refunded'],
  refunded: [],
  cancelled: [],
};

function statusOf({ amendments = [] }: Subject): Status | 'due' {
  const last = amendments.findLast((it) => it.type === 'payment.completed');
  return last && 'status' in last.data ? last.data.status : 'due';
}

/** Answers to what a message asks: each is held against the block it answers, and nothing else counts. */
export const decideAnswers: { [N in Name]: Decide<N> } = {
  'message:act'(subject, { message, action }, { who }) {
    const block = blockOf(subject);
    const chosen = actionsOf(block).find((one) => one.action === action);
    if (!chosen) return refuse('not_found', block ? 'action' : 'message');
    if (block?.kind === 'replies' && isAnswered(subject, 'message.action_clicked'))
      return refuse('wrong_status');
    const { label } = chosen;
    const clicked: Fact = { type: 'message.action_clicked', data: { message, action, label } };
    if (block?.kind !== 'replies') return { facts: [clicked] };
    // It is said in the same breath: whoever answers it comes after its words.
    const said: Fact = { type: 'message.created', data: { text: label }, by: actorOf(who) };
    const { facts, ...more } = heard(subject.row, said);
    return { ...more, facts: [clicked, ...facts] };
  },

  'form:submit': (subject, { message, values }) =>
    on(subject, 'form', ({ form }) => {
      if (isAnswered(subject, 'form.submitted')) return refuse('wrong_status');
      const wrong = checkForm(form, values);
      if (wrong) {
        const code = wrong.mistake === 'unknown' ? 'unknown_field' : 'bad_value';
        return refuse(wrong.mistake === 'missing' ? 'empty' : code, `values.${wrong.name}`);
      }
      const name = form.name === undefined ? {} : { form: form.name };
      return heard(subject.row, { type: 'form.submitted', data: { message, ...name, values } });
    }),

  'survey:submit': (subject, { message, score, comment }) =>
    on(subject, 'rating', ({ survey, scale, comment: isAsked }) => {
      if (isAnswered(subject, 'survey.submitted')) return refuse('wrong_status');
      const { from, to } = SCALES[scale];
      if (score < from || score > to) return refuse('bad_value', 'score');
      if (comment !== undefined && !isAsked) return refuse('bad_value', 'comment');
      const said = { ...(survey && { survey }), ...(comment !== undefined && { comment }) };
      const data = { message, scale, score, ...said, agent: subject.row.assignee };
      return { facts: [{ type: 'survey.submitted', data }] };
    }),

  'payment:report': (subject, { message, status }) =>
    on(subject, 'payment', (block) => {
      if (!next[statusOf(subject)].includes(status)) return refuse('wrong_status');
      const data = { message, status, ...sumOf(block) };
      return { facts: [{ type: 'payment.completed', data }] };
    }),
};
