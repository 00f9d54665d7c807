/** What only greetings say, in English. */
export const greetingWords = {
  greeting: 'Greeting',
  greetingClose: 'Close greeting',
};
