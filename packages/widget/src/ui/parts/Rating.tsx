import { SCALES } from '@throughline/shared';
import type { BlockOf, CommandInput } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { blockWords } from '../../i18n/words/block.ts';
import type { Bubble } from '../../store/selectors.ts';
import { useChat, useTexts } from '../context.ts';
import { answerOf, usePending, useSay } from './answers.ts';
import { Failed } from './Failed.tsx';
import { draftIn, useDraft } from './use-draft.ts';
import { useFocusBehind } from './use-focus-behind.ts';
import { useShown } from './use-shown.ts';

interface Props {
  bubble: Bubble;
  rating: BlockOf<'rating'>;
}

/** What a visitor says to it. */
export type Scored = Pick<CommandInput<'survey:submit'>, 'score' | 'comment'>;

/** How it was: a number, and a word to it if one is asked for. */
export function Rating({ bubble, rating }: Props): VNode {
  const { id } = bubble;
  const w = useTexts(blockWords);
  const say = useSay(id);
  const pending = usePending('survey:submit', id);
  const done = answerOf(bubble, 'survey.submitted') ?? pending?.input;
  const { to } = SCALES[rating.scale];
  const here = useFocusBehind(done !== undefined);
  if (!done)
    return (
      <Scoring
        id={id}
        draft={`rating:${id}`}
        rating={rating}
        isAsked={bubble.text !== ''}
        onSubmit={(said) => say('survey:submit', said)}
      />
    );
  return (
    <div class="card" role="status" tabIndex={-1} ref={here}>
      {rating.question && (
        <p class="question" dir="auto">
          {rating.question}
        </p>
      )}
      <p>{w('thanks', { score: done.score, to })}</p>
      {done.comment && <p dir="auto">{done.comment}</p>}
      {!bubble.answer && <Failed pending={pending} />}
    </div>
  );
}

interface ScoringProps {
  /** The message says what it is about. */
  isAsked?: boolean;
  /** Of the message that asks. */
  id: string;
  /** Under which name what is filled in is kept until it is sent. */
  draft: string;
  rating: BlockOf<'rating'>;
  onSubmit(said: Scored): void;
}

/** Not answered yet. */
export function Scoring({ id, draft, rating, isAsked, onSubmit }: ScoringProps): VNode {
  const { client } = useChat();
  const w = useTexts(blockWords);
  const [{ score, comment = '' }, setSaid] = useState<Partial<Scored>>(() =>
    draftIn(client, draft),
  );
  const keep = useDraft(draft, setSaid);
  const write = (said: Partial<Scored>) => {
    setSaid(said);
    keep(said);
  };
  useShown(true, 'survey.shown', { message: id, scale: rating.scale });
  const submit = () => {
    if (score === undefined) return;
    const said = comment.trim() === '' ? {} : { comment: comment.trim() };
    client.setDraft(draft, '');
    onSubmit({ score, ...said });
  };
  return (
    <form
      class="card rating"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Scores
        id={id}
        rating={rating}
        score={score}
        isAsked={isAsked ?? false}
        onChoose={(chosen) => write({ score: chosen, comment })}
      />
      {rating.comment && score !== undefined && (
        <label class="field">
          <span>
            {w('comment')} <small>({w('optional')})</small>
          </span>
          <textarea
            rows={2}
            dir="auto"
            maxLength={2000}
            value={comment}
            onInput={({ currentTarget }) => write({ score, comment: currentTarget.value })}
          />
        </label>
      )}
      {score !== undefined && (
        <div class="buttons main">
          <button type="submit">{w('send')}</button>
        </div>
      )}
    </form>
  );
}

interface ScoresProps {
  id: string;
  rating: Props['rating'];
  score: number | undefined;
  /** The message says what it is about. */
  isAsked: boolean;
  onChoose(score: number): void;
}

function Scores({ id, rating, score, isAsked, onChoose }: ScoresProps): VNode {
  const { scale, question } = rating;
  const w = useTexts(blockWords);
  const { from, to } = SCALES[scale];
  const steps = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const ends: Record<number, string> = { [from]: w(`low_${scale}`), [to]: w(`high_${scale}`) };
  return (
    <fieldset tabIndex={-1}>
      <legend class={isAsked ? 'unseen' : 'question'} dir="auto">
        {question ?? w(isAsked ? 'rating' : `rate_${scale}`)}
      </legend>
      <div class="scores" data-scale={scale}>
        {steps.map((step) => (
          <label key={step}>
            <input
              class="unseen"
              type="radio"
              name={`rating-${id}`}
              checked={step === score}
              aria-label={[step, ends[step]].filter((it) => it !== undefined).join(', ')}
              onChange={() => onChoose(step)}
            />
            <span>{step}</span>
          </label>
        ))}
      </div>
      <div class="ends" aria-hidden="true">
        <small>{ends[from]}</small>
        <small>{ends[to]}</small>
      </div>
    </fieldset>
  );
}
