import { z } from 'zod';
import { block } from '../block.ts';
import * as f from '../fields.ts';
import { advisoryModes, handOffReasons, summary } from '../turn.ts';
import { botFailure, told } from './bot.ts';
import { define, field } from './define.ts';

const outcome = z.enum(['sent', 'sent_edited', 'dismissed', 'superseded', 'expired', 'shadow']);
const suggestion = field(f.id, 'id of the event that made it');
const upTo = field(f.position, 'the `pub` of the newest words of the visitor it has heard');
const example = '01a20265-7d10-7c1c-a7bd-7cfe01c2c0ae';

export const suggestionEvents = {
  'suggestion.made': define({
    version: '1.1',
    about: 'A bot that has not the floor says what it would say. The visitor does not see it.',
    seenBy: 'agents',
    data: z.object({
      bot: field(f.slug, 'id of the bot'),
      version: field(z.base64url(), 'the same for whatever means the same'),
      mode: field(
        z.enum(advisoryModes),
        'agents see it; it leaves by itself unless they stop it; it is only kept to be compared',
      ),
      upTo,
      text: field(z.string(), 'what it would say; empty: nothing', 'content'),
      block: field(block.optional(), 'what would stand under it', 'content'),
      next: field(z.enum(['wait', 'hand_off', 'end']), 'what it would do after that'),
      reason: field(z.enum(handOffReasons).optional(), 'why it would lead to a person'),
      summary: field(summary.optional(), 'what that person should know', 'content'),
      sendAt: field(f.timeMs.nullable(), 'when it leaves by itself; milliseconds since 1970'),
      state: field(z.unknown(), 'what it keeps for its next turn', 'content'),
      ...told,
    }),
    example: {
      ...{ bot: 'helper', version: 'Zk3vQf0q', mode: 'suggest' as const, upTo: 3 },
      ...{ text: 'Your parcel comes tomorrow.', next: 'wait' as const, sendAt: null, state: null },
    },
  }),
  'suggestion.held': define({
    version: '1.0',
    about: 'A person has looked at it: it does not leave by itself any more.',
    seenBy: 'agents',
    data: z.object({ suggestion }),
    example: { suggestion: example },
  }),
  'suggestion.ended': define({
    version: '1.0',
    about: 'What became of a suggestion, so that agreement can be counted.',
    seenBy: 'agents',
    data: z.object({
      suggestion,
      outcome: field(
        outcome,
        'it was sent as it was, by a person or by itself; a person changed it first; a person did not want it; the visitor or somebody else said something; it was closed, or the bot switched off; nobody was to see it, and a person has answered',
      ),
      message: field(f.id.nullable(), 'id of the message that was sent for it or in its place'),
    }),
    example: { suggestion: example, outcome: 'sent', message: example },
  }),
  'suggestion.failed': define({
    version: '1.0',
    about: 'A bot that was asked what it would say did not answer.',
    seenBy: 'agents',
    data: z.object({
      bot: field(f.slug, 'id of the bot'),
      upTo,
      failure: field(botFailure, 'too slow; it broke; it is published no more'),
      ...told,
    }),
    example: { bot: 'helper', upTo: 3, failure: 'deadline' },
  }),
} as const;

export type SuggestionOutcome = z.infer<typeof outcome>;
