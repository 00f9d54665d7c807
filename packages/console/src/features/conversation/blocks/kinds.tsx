import type { BlockKind } from '../../../lib/block-draft.ts';
import {
  ChatIcon,
  CommandIcon,
  type Icon,
  IdIcon,
  PageIcon,
  PencilIcon,
} from '../../../ui/icons.tsx';

interface Kind {
  title: string;
  icon: Icon;
  /** The words it begins with, where none were written yet. */
  words: string;
}

/** What each kind is called, in the order of the menu. */
export const kinds: Record<BlockKind, Kind> = {
  replies: { title: 'Quick replies', icon: ChatIcon, words: '' },
  buttons: { title: 'Buttons', icon: CommandIcon, words: '' },
  cards: { title: 'Card', icon: PageIcon, words: '' },
  form: { title: 'Form', icon: PencilIcon, words: 'Could you fill this in for us?' },
  payment: { title: 'Payment request', icon: IdIcon, words: 'Here is what is to be paid.' },
};
