import { plainly } from './plain-text.ts';

/** A number as people write it, with what makes an amount of it. */
const FIGURE =
  /([$€£¥₺₪﷼₽₹]|\b(?:usd|eur|gbp|chf|jpy|pln|try|ils|brl|aed|sar)\s?)?\s?(\d(?:[\d.,'’\u00a0\u202f](?=\d)|\d)*)\s?([$€£¥₺₪﷼₽₹%‰]|(?:usd|eur|gbp|chf|jpy|pln|try|ils|brl|aed|sar|euros?|dollars?|pounds?|percent|prozent|pour ?cent|zł|tl|円|ドル|ユーロ|reais|lira|شيكل|ريال|درهم|שקל|אחוז)(?!\p{L}))?/giu;
/** `1. ` at the start of a line counts a list; `[2]` names a source. */
const MARKS = /^\s*\d{1,2}[.)]\s|\[\d{1,2}\]/gm;

interface Figure {
  value: string;
  /** Money, or a part of a hundred. */
  isAmount: boolean;
}

/** `1.299,00`, `1,299.00` and `1299` are one number. */
function numberIn(digits: string): string {
  const parts = digits.split(/[.,]/);
  const last = parts.at(-1) ?? '';
  const isFraction = parts.length > 1 && last.length !== 3;
  const whole = (isFraction ? parts.slice(0, -1) : parts).join('').replace(/\D/g, '');
  const fraction = isFraction ? last.replace(/0+$/, '') : '';
  return `${whole.replace(/^0+(?=\d)/, '')}${fraction && `.${fraction}`}`;
}

const figuresIn = (text: string): Figure[] =>
  [...plainly(text).replace(MARKS, ' ').matchAll(FIGURE)].map(([, before, digits = '', after]) => ({
    value: numberIn(digits),
    isAmount: before !== undefined || after !== undefined,
  }));

export const valuesIn = (text: string): string[] => figuresIn(text).map(({ value }) => value);

/** Where numbers may come from. */
export interface Known {
  /** From the business's own words: tools, articles, instructions, people of it. */
  business: ReadonlySet<string>;
  /** From what the visitor said; no amount becomes true by it. */
  visitor: ReadonlySet<string>;
}

/** The first number nobody but the model knows; undefined: there is none. */
export const unfounded = (text: string, { business, visitor }: Known): string | undefined =>
  figuresIn(text).find(
    ({ value, isAmount }) => !business.has(value) && (isAmount || !visitor.has(value)),
  )?.value;
