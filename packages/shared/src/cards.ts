/** How numbers of each scheme begin, and how many digits they have (ISO/IEC 7812). */
const SCHEMES: [beginning: RegExp, shortest: number, longest: number][] = [
  // American Express, Diners Club.
  [/^3[47]/, 15, 15],
  [/^3(?:0[0-5]|095|[689])/, 14, 19],
  // Mastercard.
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, 16, 16],
  // Visa. Of 13 digits there are none any more, but many telephone numbers.
  [/^4/, 16, 16],
  [/^4/, 19, 19],
  // Discover, JCB, UnionPay, RuPay, Maestro, Mir.
  [/^(?:6011|64[4-9]|65|35(?:2[89]|[3-8])|62|81)/, 16, 19],
  [/^(?:60|508|82|50(?:18|20|38)|5893|6304|6759|676[1-3]|220[0-4])/, 16, 19],
];
const LONGEST = 19;

const GAP = String.raw`[ \t\u00a0\u2007\u2009\u202f.\u2010-\u2015-]{1,3}`;
/** Groups of four digits or more as people write them, the last one perhaps shorter; no fraction. */
const GROUPS = String.raw`(?<!\d|\d[.,])\d{4,}(?:${GAP}\d{4,})*(?:${GAP}\d{1,3}(?!\d))?`;
/** What looks like a card number inside: UUIDs, and account numbers (IBAN) of digits. */
const OTHERS = String.raw`[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}|\b[A-Z]{2}\d{2}(?: ?\d{4})+(?: ?\d{1,3})?(?!\d)`;
const NUMBERS = new RegExp(`(${OTHERS})|${GROUPS}`, 'g');
/** What is printed on the back, if somebody says that it is that. */
const CODE =
  /\b((?:cvv|cvc|cid|csc|cvn|cav|cw)2?|(?:security|card) code|pr(?:ü|ue)fziffer)(\W{0,3}(?:is |ist |= )?)\d{3,4}(?!\d)/giu;

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const isCard = (digits: string): boolean =>
  SCHEMES.some(
    ([beginning, shortest, longest]) =>
      digits.length >= shortest && digits.length <= longest && beginning.test(digits),
  ) && passesLuhn(digits);

/** ISO 13616: the country's letters count as numbers, and the whole leaves a rest of one. */
function isIban(text: string): boolean {
  const signs = text.replaceAll(' ', '');
  const turned = [...signs.slice(4), ...signs.slice(0, 4)];
  const rest = turned.reduce((before, sign) => Number(`${before}${parseInt(sign, 36)}`) % 97, 0);
  return rest === 1;
}

/** All but the last four digits. */
const masked = (text: string): string => text.replace(/\d(?=(?:\D*\d){4})/g, '•');

/** How many of the parts, groups of digits and what is between them, make a card; 0: they make none. */
function cardIn(parts: string[]): number {
  let digits = '';
  for (let i = 0; i < parts.length && digits.length < LONGEST; i += 2) {
    digits += parts[i];
    if (isCard(digits)) return i + 1;
  }
  return 0;
}

/** Groups may belong to a card or to what stands beside it, such as its expiry: each place is tried. */
function maskGroups(text: string): string {
  const parts = text.split(/(\D+)/);
  for (let at = 0; at < parts.length; at += 2) {
    const size = cardIn(parts.slice(at, at + 2 * LONGEST));
    if (size > 0) parts.splice(at, size, masked(parts.slice(at, at + size).join('')));
  }
  return parts.join('');
}

/**
 * The text without numbers of payment cards: of each the last four digits stay, and of what is called a
 * security code beside it none. Its length stays. What only looks like one stays as it is: it has to
 * begin like a scheme's numbers, be as long, and pass the check of its last digit (decision 0016).
 */
export function maskCards(text: string): string {
  // Most texts have none, and are not searched for more.
  if (!/\d{4}/.test(text)) return text;
  const result = text.replace(NUMBERS, (found, other: string | undefined) =>
    other && (found.includes('-') || isIban(other)) ? found : maskGroups(found),
  );
  if (result === text) return text;
  return result.replace(CODE, (found) =>
    found.replace(/\d+$/, (digits) => '•'.repeat(digits.length)),
  );
}
