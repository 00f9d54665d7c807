import type { Words } from './words.ts';

export const words: Words<'greeting' | 'greetingClose' | 'greetingSays'> = {
  en: {
    greeting: 'Greeting',
    greetingClose: 'Close greeting',
    greetingSays: '{name} says: {text}',
  },
  ar: {
    greeting: 'ترحيب',
    greetingClose: 'أغلق الترحيب',
    greetingSays: 'يقول {name}: {text}',
  },
};
