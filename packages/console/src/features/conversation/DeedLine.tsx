import type { EventData } from '@throughline/shared/schema';
import type { ComponentChildren } from 'preact';
import { failureWords, handOffWords } from '../../lib/hand-off.ts';
import { clockTime, fullTime } from '../../lib/time.ts';
import { useStore } from '../../store/context.ts';
import type { Deed } from '../../store/items.ts';
import { myId, queueName } from '../../store/state.ts';
import { Arguments } from '../../ui/Arguments.tsx';
import { BotIcon } from '../../ui/icons.tsx';
import { hasSteps, Steps } from '../../ui/Steps.tsx';

type Of<T extends Deed['type']> = Extract<Deed, { type: T }>;

interface Told {
  line: ComponentChildren;
  /** What one sees who opens it. */
  more?: ComponentChildren;
}

const nameOf = ({ by, ...deed }: Deed): string => {
  if (deed.type === 'suggestion.ended') return deed.name;
  return by.kind === 'bot' ? (by.name ?? 'A bot') : 'The bot';
};

function Who({ deed }: { deed: Deed }) {
  return <bdi class="deed-name">{nameOf(deed)}</bdi>;
}

function Actor({ by }: Pick<Deed, 'by'>) {
  const me = useStore(myId);
  if (by.kind !== 'agent') return null;
  return <> by {by.id === me ? 'you' : <bdi>{by.name ?? 'a colleague'}</bdi>}</>;
}

function Queue({ id }: { id: string }) {
  const name = useStore((state) => queueName(state, id));
  return (
    <>
      {' '}
      (<bdi>{name}</bdi>)
    </>
  );
}

const Quote = ({ text }: { text: string }) => (
  <blockquote class="deed-quote" dir="auto">
    {text}
  </blockquote>
);

function started(deed: Of<'bot.started'>): Told {
  const { reason, goal, bot } = deed.data;
  if (reason === 'handed_back')
    return {
      line: (
        <>
          Handed back to the bot <bdi class="deed-name">{bot}</bdi>
          <Actor by={deed.by} />
        </>
      ),
      more: goal && <Quote text={goal} />,
    };
  const goesOn = reason === 'fallback';
  return {
    line: goesOn ? (
      <>
        The bot <bdi class="deed-name">{bot}</bdi> goes on
      </>
    ) : (
      <>
        <Who deed={deed} /> answers
      </>
    ),
  };
}

function Summary({ problem, tried }: NonNullable<EventData<'bot.completed'>['summary']>) {
  return (
    <>
      <Quote text={problem} />
      {tried.length > 0 && (
        <>
          <p class="deed-label">Tried already</p>
          <ul class="deed-list">
            {tried.map((it) => (
              <li key={it}>{it}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function completed(deed: Of<'bot.completed'>): Told {
  const { outcome, reason, failure, queue, summary } = deed.data;
  const who = <Who deed={deed} />;
  switch (outcome) {
    case 'ended':
      return { line: <>{who} has finished</> };
    case 'taken':
      return { line: 'A person took over from the bot' };
    case 'off':
      return { line: <>{who} was switched off</> };
    case 'failed':
      return {
        line: (
          <>
            {who} could not go on{failure && `: ${failureWords[failure]}`}
          </>
        ),
      };
    case 'routed':
      return {
        line: (
          <>
            {who} hands over to people{reason && `: ${handOffWords[reason]}`}
            {queue !== undefined && <Queue id={queue} />}
          </>
        ),
        more: summary && <Summary {...summary} />,
      };
  }
}

const supersededWords: Record<EventData<'bot.superseded'>['why'], string> = {
  message: 'the visitor wrote on',
  taken: 'a person took over',
  closed: 'the conversation was closed',
  late: 'it came too late',
  off: 'it was switched off',
  guard: 'it said too much by itself',
};

function superseded(deed: Of<'bot.superseded'>): Told {
  const { why, draft = [] } = deed.data;
  const words = draft.filter(Boolean);
  return {
    line: (
      <>
        An answer of <Who deed={deed} /> was not sent: {supersededWords[why]}
      </>
    ),
    more: words.length > 0 && words.map((text) => <Quote key={text} text={text} />),
  };
}

function suggested(deed: Of<'suggestion.ended'>): Told {
  const { data, made } = deed;
  const who = <Who deed={deed} />;
  const quote = made.text !== '' && <Quote text={made.text} />;
  switch (data.outcome) {
    case 'shadow':
      return { line: <>In the shadow, {who} would have answered too</>, more: quote };
    case 'dismissed':
      return {
        line: (
          <>
            A suggestion of {who} was dismissed
            <Actor by={deed.by} />
          </>
        ),
        more: quote,
      };
    case 'sent_edited':
      return { line: <>Written from a suggestion of {who}</>, more: quote };
    default:
      return {
        line:
          deed.by.kind === 'bot' ? (
            <>Nobody stopped {who}: it was sent</>
          ) : (
            <>As suggested by {who}</>
          ),
      };
  }
}

function tell(deed: Deed): Told {
  switch (deed.type) {
    case 'bot.started':
      return started(deed);
    case 'bot.advanced':
      return {
        line: (
          <>
            How <Who deed={deed} /> came to its answer
          </>
        ),
      };
    case 'bot.completed':
      return completed(deed);
    case 'bot.superseded':
      return superseded(deed);
    case 'suggestion.ended':
      return suggested(deed);
    case 'suggestion.failed':
      return {
        line: (
          <>
            <Who deed={deed} /> had no suggestion: {failureWords[deed.data.failure]}
          </>
        ),
      };
    case 'approval.requested':
      return {
        line: (
          <>
            <Who deed={deed} /> asked to call <code>{deed.data.tool}</code>
          </>
        ),
        more: <Arguments json={deed.data.arguments} />,
      };
    case 'approval.decided':
      return {
        line: (
          <>
            {decidedWords[deed.data.outcome]}
            <Actor by={deed.by} />
          </>
        ),
      };
    case 'approval.used':
      return { line: 'What was approved is called' };
  }
}

const decidedWords: Record<EventData<'approval.decided'>['outcome'], string> = {
  approved: 'The call was approved',
  rejected: 'The call was rejected',
  expired: 'Nobody decided about the call in time',
};

type Cost = Pick<EventData<'bot.advanced'>, 'usage' | 'trace'>;

const costOf = (deed: Deed): Cost => {
  if (deed.type === 'suggestion.ended') return deed.made;
  return 'data' in deed && ('usage' in deed.data || 'trace' in deed.data) ? deed.data : {};
};

/** One line about what a bot did; where there is more to it, it opens. */
export function DeedLine({ deed }: { deed: Deed }) {
  const { line, more } = tell(deed);
  const cost = costOf(deed);
  const head = (
    <>
      <BotIcon size={14} /> <span>{line}</span>{' '}
      <time dateTime={new Date(deed.time).toISOString()} title={fullTime(deed.time)}>
        {clockTime(deed.time)}
      </time>
    </>
  );
  if (!more && !hasSteps(cost))
    return (
      <li class="deed">
        <p class="deed-head">{head}</p>
      </li>
    );
  return (
    <li class="deed">
      <details>
        <summary class="deed-head">{head}</summary>
        <div class="deed-more">
          {more}
          <Steps usage={cost.usage} trace={cost.trace} />
        </div>
      </details>
    </li>
  );
}
