import type { Words } from './words.ts';

export type AwayKey =
  | 'backAt'
  | 'backTomorrow'
  | 'backOn'
  | 'replyWithin'
  | 'awayNow'
  | 'awayWrite'
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
    awayNow: 'Nobody is here just now.',
    awayWrite: 'Write to us all the same.',
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
    awayNow: 'لا أحد هنا الآن.',
    awayWrite: 'اكتب إلينا مع ذلك.',
    leaveEmail: 'ببريدك الإلكتروني يصلك جوابنا.',
    email: 'بريدك الإلكتروني',
    emailSend: 'حفظ',
    emailThanks: 'شكرًا لك. سنجيب أيضًا على {email}.',
  },
};
