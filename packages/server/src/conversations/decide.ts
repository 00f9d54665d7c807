import type { ErrorCode } from '@throughline/shared';
import type { CommandInput, CommandName, EventData, EventType } from '@throughline/shared/schema';
import type { Agent, Conversation, LogRecord, StoredFile } from '../store/store.ts';
import { attach, type FileChange, settle } from './files/decide.ts';
import { mayAmend, type Principal } from './policy.ts';

/** Commands the relay gives itself: a snooze ends, the bytes of a file have arrived. */
type OwnInput = {
  'conversation:wake': { id: string; conversation: string; until: number };
  'file:store': { id: string; conversation: string } & EventData<'attachment.uploaded'>;
  'file:reject': { id: string; conversation: string } & EventData<'attachment.rejected'>;
};

/** Commands on a conversation that exists, and the relay's own. */
export type Name =
  | Exclude<
      CommandName,
      | 'conversation:start'
      | 'contact:identify'
      | 'contact:update'
      | 'event:track'
      | 'proactive:note'
    >
  | keyof OwnInput;

export type Input<N extends Name> = N extends CommandName
  ? CommandInput<N>
  : OwnInput[N & keyof OwnInput];

/** What a decision may look at; loaded beforehand, so that deciding is pure. */
export interface Subject {
  row: Conversation;
  /** The message named by the input, and the records that edited it. */
  message?: LogRecord | undefined;
  amendments?: LogRecord[];
  /** Those the input names, as far as there are any. */
  files?: StoredFile[];
  /** The agent to assign, and the one assigned now. */
  assignee?: Agent | undefined;
  owner?: Agent | undefined;
}

type Fact = { [T in EventType]: { type: T; data: EventData<T> } }[EventType];

/** Facts to append, the first under the command's id; none: it is already so. */
export type Decision =
  | { facts: Fact[]; timer?: TimerChange; redact?: number[]; files?: FileChange }
  | { refuse: ErrorCode };

export type TimerChange = { set: number } | { clear: true };

type Decide<N extends Name> = (
  subject: Subject,
  input: Input<N>,
  context: { who: Principal; now: number },
) => Decision;

const LONGEST_SNOOZE_MS = 366 * 24 * 3600 * 1000;

const nothing: Decision = { facts: [] };
const refuse = (code: ErrorCode): Decision => ({ refuse: code });
const awake = (trigger: 'agent' | 'message' | 'timer'): Fact => ({
  type: 'conversation.snoozed',
  data: { until: null, trigger },
});
const ref = (agent: Agent | undefined) => (agent ? { id: agent.id, name: agent.name } : null);

/** One function per command: look, refuse or say what becomes true. */
export const decide: { [N in Name]: Decide<N> } = {
  'message:send': ({ row, files = [] }, input, { who }) => {
    const attached = attach(input, files, who);
    if ('refuse' in attached) return attached;
    const { data, change } = attached;
    const said = { facts: [{ type: 'message.created' as const, data }], ...change };
    if (who.kind !== 'visitor') return said;
    if (row.status === 'snoozed')
      return { ...said, facts: [...said.facts, awake('message')], timer: { clear: true } };
    if (row.status === 'resolved')
      return {
        ...said,
        facts: [...said.facts, { type: 'conversation.reopened', data: { trigger: 'message' } }],
      };
    return said;
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
    const gone = [message, ...amendments].flatMap((record) => record?.offset ?? []);
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

  'conversation:assign': ({ row, assignee, owner }, { expectedEpoch }) => {
    if (expectedEpoch !== row.epoch) return refuse('epoch_conflict');
    if (!assignee || assignee.disabled) return refuse('not_found');
    if (assignee.id === row.assignee) return nothing;
    const data = { assignee: ref(assignee), previous: ref(owner), epoch: row.epoch + 1 };
    return { facts: [{ type: 'conversation.assigned', data }] };
  },

  'conversation:unassign': ({ row, owner }, { expectedEpoch }) => {
    if (expectedEpoch !== row.epoch) return refuse('epoch_conflict');
    if (row.assignee === null) return nothing;
    const data = { assignee: null, previous: ref(owner), epoch: row.epoch + 1 };
    return { facts: [{ type: 'conversation.assigned', data }] };
  },

  'conversation:resolve': ({ row }) =>
    row.status === 'resolved'
      ? nothing
      : { facts: [{ type: 'conversation.resolved', data: {} }], timer: { clear: true } },

  'conversation:reopen': ({ row }) => {
    if (row.status === 'snoozed') return { facts: [awake('agent')], timer: { clear: true } };
    if (row.status !== 'resolved') return nothing;
    return { facts: [{ type: 'conversation.reopened', data: { trigger: 'agent' } }] };
  },

  'conversation:snooze': ({ row }, { until }, { now }) => {
    if (row.status === 'resolved') return refuse('wrong_status');
    if (until <= now || until > now + LONGEST_SNOOZE_MS) return refuse('bad_value');
    return {
      facts: [{ type: 'conversation.snoozed', data: { until, trigger: 'agent' } }],
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
