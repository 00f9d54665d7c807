/** What is around a conversation: all the others, articles, and the menu. One file for all of it. */
export { Around } from './Around.tsx';
export { Avatar } from './Avatar.tsx';
export { Menu } from './Menu.tsx';
