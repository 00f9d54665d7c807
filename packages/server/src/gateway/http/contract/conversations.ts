import {
  agentList,
  conversationDetail,
  conversationList,
  eventHistory,
  historyQuery,
  listQuery,
  newAssignee,
  newConversation,
  newFacts,
  newGoal,
  newMessage,
  newQueue,
  newTags,
  newText,
  paymentReport,
  receipt,
  snooze,
  withdrawal,
} from '@throughline/shared/schema';
import { STAMPED } from './stamp.ts';

const READ = { scope: 'conversations:read', pii: 'content' } as const;
const CHANGE = {
  scope: 'conversations:write',
  answer: receipt,
  reads: STAMPED.reads,
  refuses: [...STAMPED.refuses, 'forbidden', 'wrong_status', 'blocked'],
} as const;
const WRITE = { ...CHANGE, statuses: [201] } as const;

export const listConversations = {
  method: 'GET',
  url: '/v1/conversations',
  ...READ,
  name: 'listConversations',
  about: 'Conversations of a view, the last active first, or those that hold some words.',
  query: listQuery,
  answer: conversationList,
  refuses: ['bad_cursor'],
} as const;

export const getConversation = {
  method: 'GET',
  url: '/v1/conversations/:id',
  ...READ,
  name: 'getConversation',
  about: 'Where a conversation stands, whose it is, and what is said about it.',
  answer: conversationDetail,
} as const;

export const listConversationEvents = {
  method: 'GET',
  url: '/v1/conversations/:id/events',
  ...READ,
  name: 'listConversationEvents',
  about: 'What happened in a conversation: the newest of it, or what was before a `seq`.',
  query: historyQuery,
  answer: eventHistory,
} as const;

export const listAgents = {
  method: 'GET',
  url: '/v1/agents',
  name: 'listAgents',
  about: 'The team.',
  answer: agentList,
} as const;

export const startConversation = {
  method: 'POST',
  url: '/v1/conversations',
  ...WRITE,
  name: 'startConversation',
  about: 'Begins a conversation with a contact, with a first message or without.',
  body: newConversation,
} as const;

export const sendMessage = {
  method: 'POST',
  url: '/v1/conversations/:id/messages',
  ...WRITE,
  name: 'sendMessage',
  about: 'Writes to the visitor: words, files, a block under them.',
  body: newMessage,
  refuses: [...WRITE.refuses, 'attachment_not_ready'],
} as const;

export const reportPayment = {
  method: 'POST',
  url: '/v1/conversations/:id/payments',
  ...WRITE,
  name: 'reportPayment',
  about: 'Says what became of a payment a message asked for; the open chat shows it at once.',
  body: paymentReport,
} as const;

export const addNote = {
  method: 'POST',
  url: '/v1/conversations/:id/notes',
  ...WRITE,
  name: 'addNote',
  about: 'Leaves a note for colleagues.',
  body: newText,
} as const;

export const recordConversationFacts = {
  method: 'POST',
  url: '/v1/conversations/:id/facts',
  ...WRITE,
  name: 'recordConversationFacts',
  about: 'Records what a source says about the conversation itself.',
  body: newFacts,
} as const;

export const setTags = {
  method: 'PUT',
  url: '/v1/conversations/:id/tags',
  ...CHANGE,
  name: 'setTags',
  about: 'Sets all tags.',
  body: newTags,
} as const;

export const setAssignee = {
  method: 'PUT',
  url: '/v1/conversations/:id/assignee',
  ...CHANGE,
  name: 'setAssignee',
  about: 'Gives the conversation to an agent, or to nobody.',
  body: newAssignee,
  refuses: [...CHANGE.refuses, 'epoch_conflict'],
} as const;

export const handBack = {
  method: 'POST',
  url: '/v1/conversations/:id/hand-back',
  ...WRITE,
  name: 'handBack',
  about: 'Gives the conversation to a bot, which is told what is wanted of it.',
  body: newGoal,
  refuses: [...WRITE.refuses, 'bot_off'],
} as const;

export const withdrawPromise = {
  method: 'POST',
  url: '/v1/conversations/:id/promises/withdraw',
  ...WRITE,
  name: 'withdrawPromise',
  about: 'Takes back what the visitor has promised, before its time is over.',
  body: withdrawal,
  refuses: [...WRITE.refuses, 'forbidden'],
} as const;

export const setQueue = {
  method: 'PUT',
  url: '/v1/conversations/:id/queue',
  ...CHANGE,
  name: 'setQueue',
  about: 'Moves the conversation to a queue, away from whoever has it. Its wait goes on.',
  body: newQueue,
  refuses: [...CHANGE.refuses, 'epoch_conflict'],
} as const;

export const resolveConversation = {
  method: 'POST',
  url: '/v1/conversations/:id/resolve',
  ...WRITE,
  name: 'resolveConversation',
  about: 'Closes the matter.',
} as const;

export const reopenConversation = {
  method: 'POST',
  url: '/v1/conversations/:id/reopen',
  ...WRITE,
  name: 'reopenConversation',
  about: 'Opens what was resolved or snoozed.',
} as const;

export const snoozeConversation = {
  method: 'POST',
  url: '/v1/conversations/:id/snooze',
  ...WRITE,
  name: 'snoozeConversation',
  about: 'Puts it off until later.',
  body: snooze,
} as const;
