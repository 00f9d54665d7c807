/** Everything about files that is not needed to read and write text. */
export { Attachments } from './files/Attachments.tsx';
export { sendAll } from './files/send-all.ts';
export { TrayView } from './files/TrayView.tsx';
export { carry, holds } from './files/trays.ts';
