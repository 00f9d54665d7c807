import type { Desk } from './desk.ts';
import type { Suggestion } from './suggestion.ts';

/** Into the composer, where it stays until a person sends it. */
export function take(
  { drafts, outgoing, preferences }: Desk,
  { id, text, sendAt }: Suggestion,
): void {
  if (sendAt !== null) outgoing.hold(id);
  drafts.use(id, text);
  preferences.focus('composer');
}
