import type { User, WidgetOptions } from '../options.ts';
import type { Place } from '../store/view.ts';

/** What a chat needs to go on in another window. */
export interface Handed {
  throughline: 'visitor';
  /** The device's token; none before the relay has been asked. */
  token?: string | undefined;
  conversation?: string | null | undefined;
  /** What is asked there before it begins. */
  asks?: Place['asks'];
  /** What is typed and not sent: into the form that is asked, else into the field. */
  draft?: string | undefined;
  user?: (Omit<User, 'token'> & { token?: string | undefined }) | undefined;
  options?: Pick<WidgetOptions, 'language' | 'theme' | 'accent' | 'greeting' | 'consent'>;
}

/** The other window is there and asks who is talking. */
export interface Asking {
  throughline: 'ready';
}

type Fits = (value: unknown) => boolean;

const isText: Fits = (value) => typeof value === 'string';

/** An object of these members and no others; each may be missing. */
const isOf =
  (members: Record<string, Fits>): Fits =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([name, inner]) =>
        inner === undefined || (Object.hasOwn(members, name) && members[name]?.(inner)),
    );

const isHandedOver = isOf({
  throughline: isText,
  token: isText,
  conversation: (value) => value === null || isText(value),
  asks: isOf({ form: isText, survey: isText }),
  draft: isText,
  user: isOf({ id: isText, name: isText, email: isText, token: isText }),
  options: isOf({
    language: isText,
    theme: isText,
    accent: isText,
    greeting: isText,
    consent: isText,
  }),
});

/** Any page may send anything: a message counts if it is one of ours through and through. */
export const isHanded = (data: unknown): data is Handed =>
  Object(data).throughline === 'visitor' && isHandedOver(data);

export const isAsking = (data: unknown): data is Asking => Object(data).throughline === 'ready';
