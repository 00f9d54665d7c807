/** What is around a conversation: all the others, and the menu. One file for both. */
export { ConversationList } from './ConversationList.tsx';
export { Menu } from './Menu.tsx';
