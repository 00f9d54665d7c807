/** Everything about files that is not needed to read and write text. */
export { Attachments } from './files/Attachments.tsx';
export { TrayView } from './files/TrayView.tsx';
export { carry, holds, sendWith } from './files/trays.ts';
