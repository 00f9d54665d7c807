import { localeOf } from '@throughline/shared';
import type { Context } from '@throughline/shared/schema';

const cut = (text: string, chars: number): string => text.slice(0, chars).toWellFormed();

/** Where a page is, without what may identify somebody: no query, no fragment. */
const plainUrl = (url: string): string => {
  try {
    const { origin, pathname } = new URL(url);
    return cut(origin + pathname, 2048);
  } catch {
    return '';
  }
};

/** What agents are told about the visitor's page. */
export function readContext(): Context & { page: NonNullable<Context['page']> } {
  const language = localeOf(navigator.language);
  const referrer = document.referrer ? plainUrl(document.referrer) : '';
  return {
    page: {
      url: plainUrl(location.href),
      // Without the number we may have put there ourselves.
      title: cut(document.title.replace(/^\(\d+\) /, ''), 300),
      ...(referrer ? { referrer } : {}),
    },
    ...(language ? { language } : {}),
    userAgent: cut(navigator.userAgent, 400),
  };
}
