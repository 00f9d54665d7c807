import { useEffect } from 'preact/hooks';
import { createSequence, keyOf } from './lib/keymap.ts';
import { commandFor, isPrefix } from './store/commands.ts';
import { useDesk } from './store/context.ts';

/** Where letters are letters. */
const isEditable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('input:not([type=checkbox], [type=radio]), textarea, select'));

const isInDialog = (): boolean => document.querySelector('dialog[open]') !== null;

/** What was pressed, unless it belongs to somebody else: a text field, a dialog, a handler further in. */
function keyFor(event: KeyboardEvent): string | undefined {
  const key = event.defaultPrevented || isInDialog() ? undefined : keyOf(event);
  return isEditable(event.target) && !key?.startsWith('Mod+') ? undefined : key;
}

/** Keys for what one does all day; they stay away from text fields and from dialogs. */
export function useShortcuts(): void {
  const desk = useDesk();
  useEffect(() => {
    const join = createSequence(isPrefix);
    const onKeyDown = (event: KeyboardEvent) => {
      const key = keyFor(event);
      const command = key && commandFor(join(key, event.timeStamp), desk.store.getState());
      // Holding a key leafs through the list; nothing else is done twenty times a second.
      if (!command || (event.repeat && command.section === 'Conversation')) return;
      event.preventDefault();
      command.run(desk);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [desk]);
}
