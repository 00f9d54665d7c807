import { UNSEEN } from '../../lib/unseen.ts';

const NAME_MAX_CHARS = 120;

/** Without what steers a terminal, a header or the direction of text: the last part of a path, cut in the middle, so that its ending stays. */
export function tidyName(name: string): string {
  const last =
    name
      .replace(UNSEEN, '')
      .replace(/[\u2028\u2029]/g, '')
      .split(/[/\\]/)
      .at(-1)
      ?.trim() ?? '';
  const chars = [...last];
  if (chars.length <= NAME_MAX_CHARS) return last;
  return [...chars.slice(0, NAME_MAX_CHARS - 21), '…', ...chars.slice(-20)].join('');
}

/** RFC 6266, with RFC 8187 for what is not ASCII: never more of a name than a header can hold. */
export function contentDisposition(how: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^ !#-$&-.0-[\]-~]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
