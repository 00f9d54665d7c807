/** What no reader sees: control and tag characters, marks of direction, fillers. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{DI}]/gu;
