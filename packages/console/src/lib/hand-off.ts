import type { BotFailure, EventData } from '@throughline/shared/schema';

type Reason = NonNullable<EventData<'bot.completed'>['reason']>;

/** Why a bot leads to a person, behind a colon. */
export const handOffWords: Record<Reason, string> = {
  asked: 'the visitor asks for a person',
  out_of_scope: 'it is nothing the bot can do',
  low_confidence: 'the bot is not sure',
  policy: 'this is for people',
  approval: 'nobody allowed what it needed',
  distress: 'the visitor is upset',
  failure: 'something it needed does not work',
  guard: 'it said too much by itself',
};

/** Why a bot could not answer, behind a colon. */
export const failureWords: Record<BotFailure, string> = {
  deadline: 'it took too long',
  error: 'it broke',
  gone: 'it is published no more',
};
