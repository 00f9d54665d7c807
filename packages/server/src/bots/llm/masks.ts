/**
 * What a model never has to know. The order counts: what has been taken out is not looked at again. Card
 * numbers never got this far (decision 0016).
 */
const KINDS: [kind: string, pattern: RegExp][] = [
  [
    'email',
    /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu,
  ],
  [
    'secret',
    /(?<=(?:pass(?:word|wort|code)|kennwort|mot de passe|contraseña|senha|hasło|wachtwoord|şifre|pin|api[-_ ]?key|token|secret)\s*(?:is|ist|=|:)\s*)\S+|\b(?:sk|pk|rk|ghp|xox[abp]|AKIA)[-_A-Za-z0-9]{16,}|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/giu,
  ],
  ['card', /(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w])/g],
  ['iban', /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g],
  [
    'phone',
    /(?<![\w.,/-])(?:\+|00)\d{1,3}[\d ()/.-]{6,18}\d|(?<![\w.,/+-])0\d[\d ()/-]{6,14}\d(?!\w)/g,
  ],
];

export interface Masks {
  /** With a name in place of each of them: `<email_1>`; the same one for the same value. */
  cover(text: string): string;
  /** With the values again, for whoever may see them. Names nobody gave stay as they are. */
  reveal(text: string): string;
}

/** Of one turn: what stood for what is forgotten with it. */
export function createMasks(): Masks {
  const names = new Map<string, string>();
  const values = new Map<string, string>();
  const nameOf = (kind: string, value: string): string => {
    const known = names.get(value);
    if (known) return known;
    const number = [...names.values()].filter((name) => name.startsWith(`<${kind}_`)).length + 1;
    const name = `<${kind}_${number}>`;
    names.set(value, name);
    values.set(name, value);
    return name;
  };
  return {
    cover: (text) =>
      KINDS.reduce((rest, [kind, pattern]) => {
        // A name that was given is none of what it hides.
        const parts = rest.split(/(<[a-z]+_\d+>)/);
        return parts
          .map((part, at) =>
            at % 2 === 1 ? part : part.replace(pattern, (value) => nameOf(kind, value)),
          )
          .join('');
      }, text),
    reveal: (text) => text.replace(/<[a-z]+_\d+>/g, (name) => values.get(name) ?? name),
  };
}
