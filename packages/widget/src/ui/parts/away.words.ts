import type { Words } from './words.ts';

export type AwayKey =
  | 'backAt'
  | 'backTomorrow'
  | 'backOn'
  | 'replyWithin'
  | 'awayLine'
  | 'awayUntil'
  | 'leaveEmail'
  | 'email'
  | 'emailSend'
  | 'emailThanks';

export const words: Words<AwayKey> = {
  en: {
    backAt: 'We are back at {time}',
    backTomorrow: 'We are back tomorrow at {time}',
    backOn: 'We are back on {day} at {time}',
    replyWithin: 'We usually answer within {duration}',
    awayLine: 'Nobody is here just now. Write to us all the same.',
    awayUntil: 'Nobody is here just now. {back}. Write to us all the same.',
    leaveEmail: 'With your e-mail, our answer finds you.',
    email: 'Your e-mail',
    emailSend: 'Save',
    emailThanks: 'Thank you. We also answer to {email}.',
  },
  ar: {
    backAt: 'سنعود في {time}',
    backTomorrow: 'سنعود غدًا في {time}',
    backOn: 'سنعود يوم {day} في {time}',
    replyWithin: 'نجيب عادةً خلال {duration}',
    awayLine: 'لا أحد هنا الآن. اكتب إلينا مع ذلك.',
    awayUntil: 'لا أحد هنا الآن. {back}. اكتب إلينا مع ذلك.',
    leaveEmail: 'ببريدك الإلكتروني يصلك جوابنا.',
    email: 'بريدك الإلكتروني',
    emailSend: 'حفظ',
    emailThanks: 'شكرًا لك. سنجيب أيضًا على {email}.',
  },
};
