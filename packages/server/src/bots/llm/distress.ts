import { plainly } from './plain-text.ts';

/** Who says something like this talks to a person, at once; a false alarm costs a moment. */
const SIGNS: Record<string, string[]> = {
  en: [
    'kill (myself|me|him|her|them|you)',
    'suicid',
    'end my life',
    "(don't|do not) want to live",
    'want to die',
    'self[- ]harm',
    'hurt(ing)? myself',
    'cut(ting)? myself',
    'i am a minor',
    "i'?m (only )?(8|9|1[0-5])( years old)?$",
    'i (am|was) being (abused|beaten)',
    'he (beats|hits) me',
    'bomb',
  ],
  de: [
    'umbringen',
    'selbstmord',
    'suizid',
    'nicht mehr leben',
    'mir das leben nehmen',
    '(will|möchte) sterben',
    'ritze mich',
    'mich verletzen',
    'bringe? (mich|dich|euch|sie) um',
  ],
  fr: [
    'me tuer',
    'suicid',
    'en finir avec la vie',
    'veux mourir',
    'plus envie de vivre',
    'me faire du mal',
    'te tuer',
  ],
  es: [
    'matarme',
    'suicid',
    'quitarme la vida',
    'quiero morir',
    'no quiero vivir',
    'hacerme daño',
    'voy a matar',
  ],
  it: [
    'uccidermi',
    'ammazzarmi',
    'suicid',
    'togliermi la vita',
    'voglio morire',
    'non voglio (più )?vivere',
    'farmi del male',
  ],
  nl: [
    'zelfmoord',
    'suïcide',
    'mezelf van kant',
    'wil dood',
    'niet meer leven',
    'mezelf pijn',
    'vermoord',
  ],
  pl: [
    'zabić się',
    'zabiję',
    'samobój',
    'nie chcę (już )?żyć',
    'chcę umrzeć',
    'skończyć ze sobą',
    'okalecz',
  ],
  pt: [
    'me matar',
    'suic[ií]d',
    'tirar minha vida',
    'quero morrer',
    'não quero (mais )?viver',
    'me machucar',
    'vou matar',
  ],
  tr: [
    'intihar',
    'kendimi öldür',
    'ölmek istiyorum',
    'yaşamak istemiyorum',
    'canıma kıy',
    'kendime zarar',
  ],
  ar: [
    'انتحار',
    'أنتحر',
    'انتحر',
    'أقتل نفسي',
    'اقتل نفسي',
    'أريد أن أموت',
    'اريد ان اموت',
    'لا أريد أن أعيش',
  ],
  he: ['להתאבד', 'התאבדות', 'להרוג את עצמי', 'רוצה למות', 'לא רוצה לחיות', 'לפגוע בעצמי'],
  ja: ['死にたい', '自殺', '生きていたくない', '消えてしまいたい', '自傷', '殺す', '殺してやる'],
};

const { ar = [], he = [], ja = [], ...parted } = SIGNS;
const MEANT = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${Object.values(parted).flat().join('|')})|${[...ar, ...he, ...ja].join('|')}`,
  'u',
);

const MAX_CHARS = 10_000;

/** Whether somebody is in danger, or is one. Looked for before any model is asked. */
export const isInDistress = (text: string): boolean =>
  MEANT.test(
    plainly(text.slice(0, MAX_CHARS)).toLowerCase().replaceAll('’', "'").replace(/\s+/g, ' '),
  );
