import { issuedSecret, theirSecret } from '@throughline/shared/schema';
import { KEYED } from './stamp.ts';

const REFUSES = [...KEYED.refuses, 'wrong_secret'] as const;

export const rotateBotSecret = {
  method: 'POST',
  url: '/v1/bots/:id/rotate',
  role: 'admin',
  name: 'rotateBotSecret',
  about:
    'Makes the secret a bot’s turns are signed with, or a new one, told to a repeat as well; the one before stays good for a day.',
  answer: issuedSecret,
  reads: KEYED.reads,
  refuses: [...REFUSES, 'wrong_status', 'secret_told'],
} as const;

export const keepBotSecret = {
  method: 'PUT',
  url: '/v1/bots/:id/secret',
  role: 'admin',
  name: 'keepBotSecret',
  about:
    'Keeps what lets the relay in where another system issued it: a token of Rasa, a secret of Direct Line, a key of a model, or of its tools.',
  body: theirSecret,
  statuses: [204],
  reads: KEYED.reads,
  refuses: REFUSES,
} as const;
