/**
 * The part of a language tag every `Intl` understands: language, script and region (BCP 47). Browsers,
 * pages and settings also say `en-US@posix` or `de_AT`, at which `Intl` throws. Undefined for no tag.
 */
export const localeOf = (tag: string | null | undefined): string | undefined =>
  /^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(?![a-z\d])/i.exec(
    (tag ?? '').replaceAll('_', '-'),
  )?.[0];
