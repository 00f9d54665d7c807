import { UUID_V7 } from '@throughline/shared';

/** As the relay takes it; the schema's own would bring the validator into the bundle. */
const PATTERN = /^([a-z_]+(\.[a-z_0-9]+)*|([a-z_]+\.)*\*)$/;

/** The name of an event, or its beginning: `conversation.*`, `*`. */
export const isPattern = (text: string): boolean => PATTERN.test(text);

export const isId = (text: string): boolean => UUID_V7.test(text);

/** Enough of an id to tell two apart on one screen. */
export const shortId = (id: string): string => id.slice(-4).toUpperCase();

/** `message.created` of `dev.throughline.message.created`. */
export const shortType = (type: string): string => type.replace(/^dev\.throughline\./, '');
