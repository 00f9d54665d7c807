import type { EventData } from '@throughline/shared/schema';

type Completed = EventData<'bot.completed'>;
type Superseded = EventData<'bot.superseded'>;

const failures: Record<NonNullable<Completed['failure']>, string> = {
  deadline: 'it was too slow',
  error: 'it broke',
  gone: 'it is published no more',
};

const reasons: Record<NonNullable<Completed['reason']>, string> = {
  asked: 'the visitor asks for one',
  out_of_scope: 'this is not for it',
  low_confidence: 'it is not sure',
  policy: 'it may not do this',
  approval: 'this needs an approval',
  distress: 'the visitor is in distress',
  failure: 'it failed',
  guard: 'it went on for too long',
};

const whys: Record<Superseded['why'], string> = {
  message: 'the visitor wrote on',
  taken: 'a person took over',
  closed: 'the conversation was closed',
  late: 'it came too late',
  off: 'it was switched off',
  guard: 'it went on for too long',
};

/** Handed over by a person, with what they want of it. */
export const HandedBack = ({ bot, goal }: EventData<'bot.started'>) => (
  <>
    handed to the bot {bot}: “<bdi>{goal}</bdi>”
  </>
);

export function Completed({ outcome, failure, reason, summary }: Completed) {
  if (outcome === 'off') return 'ended: switched off';
  const why = (failure && failures[failure]) ?? (reason && reasons[reason]);
  return (
    <>
      {outcome === 'failed' ? 'ended' : 'led to a person'}
      {why && ` because ${why}`}
      {summary && (
        <>
          : “<bdi>{summary.problem}</bdi>”
        </>
      )}
    </>
  );
}

/** What a visitor never saw, and why. */
export const NotSaid = ({ draft = [], why }: Superseded) => (
  <>
    not said, because {whys[why]}: “<bdi>{draft.join(' ')}</bdi>”
  </>
);
