/** The field of an offline form that becomes the conversation's first message. */
export const OFFLINE_MESSAGE = 'message';
