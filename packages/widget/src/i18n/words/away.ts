/** What is only said while nobody is there, in English. */
export const awayWords = {
  backAt: 'We are back at {time}',
  backTomorrow: 'We are back tomorrow at {time}',
  backOn: 'We are back on {day} at {time}',
  replyWithin: 'We usually answer within {duration}',
  awayNow: 'Nobody is here just now.',
  awayWrite: 'Write to us all the same.',
  leaveEmail: 'With your e-mail, our answer finds you.',
  yourEmail: 'Your e-mail',
  emailSend: 'Save',
  emailThanks: 'Thank you. We also answer to {email}.',
};
