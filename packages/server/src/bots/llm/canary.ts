import { randomBytes } from 'node:crypto';

export interface Canary {
  /** Stands in the prompt and means nothing. */
  text: string;
  /** Whether it came out again: spelled with gaps, backwards, in another alphabet of bytes. */
  isIn(text: string): boolean;
}

const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

const base64Of = (text: string): string[] =>
  // Where in a group of three bytes it begins shifts all that follows.
  [0, 1, 2].map((shift) =>
    bare(
      Buffer.from(`${' '.repeat(shift)}${text}`)
        .toString('base64')
        .slice(shift && 4, -4),
    ),
  );

/** Tells whether a prompt leaks. The prompt holds no secret; a bot that recites it is led by somebody else. */
export function createCanary(text = randomBytes(10).toString('hex')): Canary {
  const hex = bare(Buffer.from(text).toString('hex'));
  const looks = [bare(text), [...bare(text)].reverse().join(''), hex, ...base64Of(text)];
  return {
    text,
    isIn: (said) => {
      const found = bare(said);
      return looks.some((look) => found.includes(look));
    },
  };
}
