import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { UUID_V7 } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { isVisible } from '../visible.ts';

/** A refinement whose failure answers with `code` instead of the code its kind would get. */
const coded = (code: ErrorCode) => ({ error: code });

const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** A single line or a blob of text that a database, a log and a screen can hold. */
export const text = (maxChars: number) =>
  z.string().max(maxChars).refine(storable, coded('bad_text'));

/** Text that shows something. */
export const visible = (maxChars: number) => text(maxChars).refine(isVisible, coded('empty'));

/** What people write to each other: never blank. */
export const body = visible(LIMITS.textChars);

/** The same, or blank where there is something else to look at. */
export const caption = text(LIMITS.textChars);

/** A few sentences beside a rating. */
export const comment = visible(2000);

export const id = z.string().regex(UUID_V7, coded('bad_value'));

/** A short name that stands in addresses. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/);

export const areUnique = (names: string[]): boolean => new Set(names).size === names.length;

/** A point in time, in milliseconds since 1970. */
export const timeMs = z.int().min(0).max(253_402_300_799_999);

/** A place in a conversation's numbering. */
export const position = z.int().min(0);

const hasDigits = (value: unknown): boolean => typeof value !== 'string' || value.trim() !== '';

/** A whole number in an address; one that is not there would count as 0. */
export const numeral = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z.unknown().refine(hasDigits, coded('empty')).pipe(z.coerce.number().int().min(min).max(max));

export const name = visible(200);

export const role = z.enum(['admin', 'agent']);

export const email = z.email(coded('bad_value')).max(320);

/** The first part of a language tag. */
export const baseLanguage = z.string().regex(/^[a-z]{2,3}$/, coded('bad_value'));

/** `color.name`, `plan`; never a name that could reach into an object's prototype. */
export const attributeName = z
  .string()
  .regex(/^[a-zA-Z][\w.-]{0,63}$/, coded('bad_value'))
  .refine((key) => key !== 'constructor' && key !== 'prototype', coded('bad_value'));

/** The validator would skip the name `__proto__` without a word. */
const isOpen = (map: unknown): boolean =>
  typeof map !== 'object' || map === null || !Object.hasOwn(map, '__proto__');

/** JSON keeps no negative zero: stored as zero, it would not equal itself when it is repeated. */
export const number = z.number().overwrite((value) => value + 0);

/** Null removes an attribute. */
export const attributes = z
  .unknown()
  .refine(isOpen, coded('unknown_field'))
  .pipe(z.record(attributeName, z.union([text(1000), number, z.boolean(), z.null()])))
  .refine((map) => Object.keys(map).length <= LIMITS.attributes, coded('too_long'));

/** Files a message shows. */
export const files = z.array(id).min(1).max(LIMITS.files);

/** What a message has to say: words, or a file. */
export const saysSomething = (message: { text: string; files?: string[] | undefined }): boolean =>
  isVisible(message.text) || message.files !== undefined;

/** A file as its sender describes it; what it is, its content decides. */
export const fileClaim = z.strictObject({
  name: visible(5000),
  size: z.int().min(1),
  /** As the browser calls it; empty where it knows none. */
  type: text(200),
});

export const tags = z
  .array(text(LIMITS.tagChars).trim().min(1))
  .max(LIMITS.tags)
  .overwrite((list) => [...new Set(list)]);

const isWeb = (value: string): boolean =>
  /^https?:\/\//.test(value) && URL.canParse(value) && !/\s/.test(value);

/** An address to call or to open. */
export const webAddress = text(2048).refine(isWeb, coded('bad_value'));

/** The page a visitor is on, as told by the page itself: shown as text, linked only when http(s). */
export const page = z.strictObject({
  url: text(2048),
  title: text(300),
  referrer: text(2048).optional(),
});

/** BCP 47, as `navigator.language` gives it. */
export const language = z
  .string()
  .regex(/^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$/, coded('bad_value'))
  .max(35);

export const context = z.strictObject({
  page: page.optional(),
  language: language.optional(),
  /** `navigator.userAgent`; the console shows browser and system. */
  userAgent: text(400).optional(),
});

/** Names of event types, or their beginnings: `conversation.*`. */
export const eventPatterns = z
  .array(z.string().regex(/^([a-z_]+(\.[a-z_0-9]+)*|([a-z_]+\.)*\*)$/, { error: 'bad_value' }))
  .max(50);
