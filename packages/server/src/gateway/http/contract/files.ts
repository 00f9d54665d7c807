import { attachment, fileLink, fileQuery, fileTicket, newFile } from '@throughline/shared/schema';
import { STAMPED } from './stamp.ts';

export const beginFile = {
  method: 'POST',
  url: '/v1/conversations/:id/files',
  scope: 'conversations:write',
  statuses: [201],
  name: 'beginFile',
  about: 'Asks for a ticket to bring a file for a message.',
  body: newFile,
  answer: fileTicket,
  reads: STAMPED.reads,
  refuses: [
    ...STAMPED.refuses,
    'blocked',
    'file_content_mismatch',
    'file_too_large',
    'file_type_not_allowed',
    'quota_exceeded',
  ],
} as const;

export const putFile = {
  method: 'PUT',
  url: '/v1/files/:id',
  name: 'putFile',
  about: 'Brings the bytes of a file; whoever has its ticket may.',
  isFile: true,
  answer: attachment,
  reads: ['throughline-ticket'],
  refuses: [
    'attachment_not_ready',
    'blocked',
    'file_blocked',
    'file_content_mismatch',
    'file_too_large',
    'ticket_invalid',
  ],
} as const;

export const getFile = {
  method: 'GET',
  url: '/v1/files/:id',
  name: 'getFile',
  about: 'A file, for whoever was given its link; pictures have their own type.',
  query: fileQuery,
  media: 'application/octet-stream',
} as const;

export const getFileLink = {
  method: 'GET',
  url: '/v1/files/:id/link',
  scope: 'conversations:read',
  pii: 'content',
  name: 'getFileLink',
  about: 'A link to a file, good for five minutes and for whoever asks.',
  answer: fileLink,
} as const;
