import { isActive } from '../store/holder.ts';
import type { Agent, Conversation } from '../store/store.ts';
import { decideAnswers, requested } from './decide-answers.ts';
import { decideApproval } from './decide-approval.ts';
import { closing, decideBots, endBot } from './decide-bot.ts';
import { decideFacts } from './decide-facts.ts';
import { decidePromises, keepPromises } from './decide-promises.ts';
import { decideRouting, isFull } from './decide-routing.ts';
import { decideSuggestions, mustNotSend } from './decide-suggestion.ts';
import { decideTags } from './decide-tags.ts';
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
import { actorOf, mayAmend } from './policy.ts';

const LONGEST_SNOOZE_MS = 366 * 24 * 3600 * 1000;

const nothing: Decision = { facts: [] };
const ref = (agent: Agent | undefined) => (agent ? { id: agent.id, name: agent.name } : null);

/** Whoever has it has it no more. */
const released = ({ assignee, epoch }: Conversation, owner: Agent | undefined): Fact[] =>
  assignee === null
    ? []
    : [
        {
          type: 'conversation.assigned',
          data: { assignee: null, previous: ref(owner), epoch: epoch + 1 },
        },
      ];

/** One function per command: look, refuse or say what becomes true. */
export const decide: { [N in Name]: Decide<N> } = {
  ...decideAnswers,
  ...decideApproval,
  ...decideBots,
  ...decideFacts,
  ...decideRouting,
  ...decidePromises,
  ...decideSuggestions,
  ...decideTags,

  'message:send': ({ row, files = [] }, input, { who }) => {
    const { id, block } = input;
    const no = mustNotSend(row, input, who);
    if (no) return no;
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

  'conversation:unassign': ({ row, owner }) => ({ facts: released(row, owner) }),

  /** The wait of its visitor goes on, however long it is by now (F10). */
  'conversation:transfer': ({ row, owner, queue: terms }, { queue, note }, { who, now }) => {
    if (!terms) return refuse('not_found', 'queue');
    if (!isActive(row)) return refuse('wrong_status');
    const { base, rate } = terms;
    const need = { ...terms.need, ...row.service.need };
    const by = actorOf(who);
    const queued: Fact = {
      ...{ by, type: 'conversation.queued' },
      data: {
        ...{ queue, base, rate, need, hold: null, since: row.unansweredSince ?? now },
        why: { reasons: [`moved by ${by.name ?? by.id}`] },
      },
    };
    const moved: Fact = {
      type: 'conversation.transferred',
      data: { queue, ...(note !== undefined && { note }) },
    };
    return { facts: [moved, ...endBot(row), ...released(row, owner), queued] };
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

  'file:store': ({ files }, { id: _, conversation: _c, ...data }) =>
    settle(files, { ...data, state: 'stored' }, { type: 'attachment.uploaded', data }),

  'file:reject': ({ files }, { id: _, conversation: _c, ...data }) => {
    const state = data.reason === 'malware' ? 'held' : 'gone';
    return settle(files, { ...data, state }, { type: 'attachment.rejected', data });
  },
};
