/** What is only said while somebody waits, in English. */
export const standingWords = {
  waitNext: 'You are next in line.',
  waitPlace: 'You are number {n} in line.',
  waitMinutes: 'About {minutes}.',
  promiseReply: 'We will reply by {time}.',
  promiseCall: 'We will call you back by {time}.',
  brokenReply: 'We did not reply as promised. We are sorry; you are not forgotten.',
  brokenCall: 'We did not call back as promised. We are sorry; you are not forgotten.',
};
