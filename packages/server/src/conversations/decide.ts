import type { Block } from '@throughline/shared/schema';
import type { Agent } from '../store/store.ts';
import { decideAnswers, sumOf } from './decide-answers.ts';
import { closing, decideBots, endBot } from './decide-bot.ts';
import { decideFacts } from './decide-facts.ts';
import { decidePromises, keepPromises } from './decide-promises.ts';
import { decideRouting, isFull } from './decide-routing.ts';
import {
  awake,
  type Decide,
  type Decision,
  type Fact,
  heard,
  type Name,
  refuse,
} from './decision.ts';
import { attach, settle } from './files/decide.ts';
import { mayAmend } from './policy.ts';

const LONGEST_SNOOZE_MS = 366 * 24 * 3600 * 1000;

const nothing: Decision = { facts: [] };
/** What a message that asks for money says beside itself. */
const requested = (message: string, block: Block | undefined): Fact[] =>
  block?.kind === 'payment'
    ? [
        {
          type: 'payment.requested',
          data: {
            message,
            ...sumOf(block),
            ...(block.dueAt !== undefined && { dueAt: block.dueAt }),
          },
        },
      ]
    : [];
const ref = (agent: Agent | undefined) => (agent ? { id: agent.id, name: agent.name } : null);

/** One function per command: look, refuse or say what becomes true. */
export const decide: { [N in Name]: Decide<N> } = {
  ...decideAnswers,
  ...decideBots,
  ...decideFacts,
  ...decideRouting,
  ...decidePromises,

  'message:send': ({ row, files = [] }, input, { who }) => {
    const { id, block } = input;
    const attached = attach(input, files, who);
    if ('refuse' in attached) return attached;
    const { data, change } = attached;
    const message: Fact = { type: 'message.created', data: { ...data, ...(block && { block }) } };
    const kept = who.kind === 'agent' ? [...keepPromises(row), ...endBot(row)] : [];
    if (who.kind !== 'visitor')
      return { facts: [message, ...requested(id, block), ...kept], ...change };
    return block ? refuse('forbidden', 'block') : { ...heard(row, message), ...change };
  },

  'message:edit': ({ message }, input, { who }) => {
    const no = mayAmend(who, message);
    if (no) return refuse(no);
    return {
      facts: [{ type: 'message.updated', data: { message: input.message, text: input.text } }],
    };
  },

  'message:delete': ({ message, amendments = [] }, input, { who }) => {
    const no = mayAmend(who, message);
    if (no) return refuse(no);
    const edits = amendments.filter(({ type }) => type === 'message.updated');
    const gone = [message, ...edits].flatMap((record) => record?.offset ?? []);
    return {
      facts: [{ type: 'message.deleted', data: { message: input.message } }],
      redact: gone,
      files: { release: input.message },
    };
  },

  'message:read': ({ row }, input, { who }) => {
    if (input.upTo > row.pub) return refuse('bad_value');
    const known = who.kind === 'visitor' ? row.visitorRead : row.agentRead;
    if (input.upTo <= known) return nothing;
    return { facts: [{ type: 'message.read', data: { upTo: input.upTo } }] };
  },

  'note:add': (_subject, { text }) => ({ facts: [{ type: 'note.created', data: { text } }] }),

  'conversation:assign': (subject, { assignee: id }) => {
    const { row, owner, taker } = subject;
    const assignee = taker?.agent;
    if (!assignee || assignee.disabled) return refuse('not_found');
    if (id === row.assignee) return nothing;
    if (isFull(subject)) return refuse('at_capacity');
    const data = { assignee: ref(assignee), previous: ref(owner), epoch: row.epoch + 1 };
    return { facts: [{ type: 'conversation.assigned', data }, ...endBot(row)] };
  },

  'conversation:unassign': ({ row, owner }) => {
    if (row.assignee === null) return nothing;
    const data = { assignee: null, previous: ref(owner), epoch: row.epoch + 1 };
    return { facts: [{ type: 'conversation.assigned', data }] };
  },

  'conversation:resolve': (subject) => {
    const { row } = subject;
    if (row.status === 'resolved') return nothing;
    return { facts: [...closing(subject), ...endBot(row)], timer: { clear: true } };
  },

  'conversation:reopen': ({ row }) => {
    if (row.status === 'snoozed') return { facts: [awake('agent')], timer: { clear: true } };
    if (row.status !== 'resolved') return nothing;
    return { facts: [{ type: 'conversation.reopened', data: { trigger: 'agent' } }] };
  },

  'conversation:snooze': ({ row }, { until }, { now }) => {
    if (row.status === 'resolved') return refuse('wrong_status');
    if (until <= now || until > now + LONGEST_SNOOZE_MS) return refuse('bad_value');
    return {
      facts: [{ type: 'conversation.snoozed', data: { until, trigger: 'agent' } }, ...endBot(row)],
      timer: { set: until },
    };
  },

  'conversation:wake': ({ row }, { until }) => {
    if (row.status !== 'snoozed') return { facts: [], timer: { clear: true } };
    // Another time: snoozed again meanwhile, and that has a timer of its own.
    if (row.snoozedUntil !== until) return nothing;
    return { facts: [awake('timer')], timer: { clear: true } };
  },

  'conversation:tag': ({ row }, { tags }) => {
    const same = tags.length === row.tags.length && tags.every((tag, i) => tag === row.tags[i]);
    return same ? nothing : { facts: [{ type: 'conversation.updated', data: { tags } }] };
  },

  'file:store': ({ files }, { id: _, conversation: _c, ...data }) =>
    settle(files, { ...data, state: 'stored' }, { type: 'attachment.uploaded', data }),

  'file:reject': ({ files }, { id: _, conversation: _c, ...data }) => {
    const state = data.reason === 'malware' ? 'held' : 'gone';
    return settle(files, { ...data, state }, { type: 'attachment.rejected', data });
  },
};
