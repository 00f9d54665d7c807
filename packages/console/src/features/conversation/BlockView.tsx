import { SCALES } from '@throughline/shared';
import { money } from '@throughline/shared/money';
import type {
  AgentEvent,
  Block,
  BlockOf,
  EventData,
  EventType,
  FormValues,
} from '@throughline/shared/schema';
import { fullDay } from '../../lib/time.ts';

interface Props {
  block: Block;
  /** The last answer of the visitor, or what became of the payment. */
  answer: AgentEvent | null;
}

function said<T extends EventType>(answer: AgentEvent | null, type: T): EventData<T> | undefined {
  const isIt = answer?.type === type && !('redacted' in answer.data);
  return isIt ? (answer.data as EventData<T>) : undefined;
}

/** What stands under a message's text, and what the visitor made of it; here it is only looked at. */
export function BlockView({ block, answer }: Props) {
  return <div class="block">{draw(block, answer)}</div>;
}

function draw(block: Block, answer: AgentEvent | null) {
  const chosen = said(answer, 'message.action_clicked')?.action;
  switch (block.kind) {
    case 'replies':
      return <Choices options={block.options} chosen={chosen} />;
    case 'buttons':
      return <Choices options={block.buttons} chosen={chosen} />;
    case 'cards':
      return block.cards.map((card, i) => (
        <div class="block-card" key={i}>
          <b dir="auto">{card.title}</b>
          {card.text && <p dir="auto">{card.text}</p>}
          {/* Not loaded here: the console asks nobody but its own relay. */}
          {card.image && <small>Picture from {hostOf(card.image.url)}</small>}
          {card.buttons && <Choices options={card.buttons} chosen={chosen} />}
        </div>
      ));
    case 'form':
      return <FormView block={block} values={said(answer, 'form.submitted')?.values} />;
    case 'payment':
      return <PaymentView block={block} status={said(answer, 'payment.completed')?.status} />;
    case 'rating':
      return <RatingView block={block} given={said(answer, 'survey.submitted')} />;
    // A newer relay knows more kinds; the text says it all the same.
    default:
      return null;
  }
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

interface ChoicesProps {
  options: { label: string; action?: string | undefined; url?: string | undefined }[];
  chosen: string | undefined;
}

function Choices({ options, chosen }: ChoicesProps) {
  return (
    <ul class="block-choices">
      {options.map(({ label, action, url }) => (
        <li
          key={action ?? label}
          title={url}
          data-chosen={action !== undefined && action === chosen}
        >
          <bdi>{label}</bdi>
          {action !== undefined && action === chosen && <span> · chosen</span>}
        </li>
      ))}
    </ul>
  );
}

const spell = (value: FormValues[string] | undefined): string => {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return value === undefined ? '—' : String(value);
};

interface FormProps {
  block: BlockOf<'form'>;
  values: FormValues | undefined;
}

function FormView({ block: { form }, values }: FormProps) {
  const answerTo = (field: (typeof form.fields)[number]): string => {
    const value = values?.[field.name];
    const option =
      field.type === 'select' && field.options.find((one) => one.value === value)?.label;
    return option || spell(value);
  };
  return (
    <div class="block-card">
      {form.title && <b dir="auto">{form.title}</b>}
      <dl>
        {form.fields.map((field) => (
          <div key={field.name}>
            <dt dir="auto">{field.label}</dt>
            <dd dir="auto">{answerTo(field)}</dd>
          </div>
        ))}
      </dl>
      <p class="block-state">{values ? 'Filled in by the visitor' : 'Not filled in yet'}</p>
    </div>
  );
}

const states = {
  paid: 'Paid',
  failed: 'The payment did not go through',
  refunded: 'Paid back',
  cancelled: 'Cancelled',
};

interface PaymentProps {
  block: BlockOf<'payment'>;
  status: keyof typeof states | undefined;
}

function PaymentView({ block, status }: PaymentProps) {
  const { title, amount, currency, dueAt, reference } = block;
  const due = dueAt === undefined ? 'Due' : `Due ${fullDay(dueAt)}`;
  return (
    <div class="block-card">
      {title && <span dir="auto">{title}</span>}
      <b>{money(amount, currency)}</b>
      <p class="block-state">
        {status ? states[status] : due}
        {reference && (
          <>
            {' · '}
            <bdi>{reference}</bdi>
          </>
        )}
      </p>
    </div>
  );
}

interface RatingProps {
  block: BlockOf<'rating'>;
  given: EventData<'survey.submitted'> | undefined;
}

function RatingView({ block, given }: RatingProps) {
  const { to } = SCALES[block.scale];
  if (!given) return <p class="block-state">Asked for a rating</p>;
  return (
    <div class="block-card">
      {block.question && <p dir="auto">{block.question}</p>}
      <b>
        {given.score} of {to}
      </b>
      {given.comment && <p dir="auto">{given.comment}</p>}
    </div>
  );
}
