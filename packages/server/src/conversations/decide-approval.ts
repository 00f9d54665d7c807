import type { ApprovalOutcome, EventData } from '@throughline/shared/schema';
import type { Conversation } from '../store/store.ts';
import {
  type Decide,
  type Decision,
  type Fact,
  type Name,
  refuse,
  type Subject,
} from './decision.ts';

const decided = (approval: string, outcome: ApprovalOutcome): Fact => ({
  type: 'approval.decided',
  data: { approval, outcome },
});

/** What a bot wants to do, one thing at a time. */
export function requestApproval(
  row: Pick<Conversation, 'approval'>,
  data: EventData<'approval.requested'>,
  now: number,
): Decision {
  if (row.approval?.outcome === null) return refuse('wrong_status');
  if (data.expiresAt <= now) return refuse('bad_value');
  return { facts: [{ type: 'approval.requested', data }] };
}

type Approving = Extract<Name, `approval:${string}`>;

/** The one that is named, as long as nobody has decided. */
const openIn = ({ row }: Subject, id: string) =>
  row.approval?.id === id && row.approval.outcome === null ? row.approval : undefined;

/** What a person says to it, and that it is done once. */
export const decideApproval: { [N in Approving]: Decide<N> } = {
  'approval:decide': (subject, { approval, outcome }, { who, now }) => {
    // Never a program, and so never the one that asks.
    if (who.kind !== 'agent') return refuse('forbidden');
    const open = openIn(subject, approval);
    if (!open || open.expiresAt <= now) return refuse('wrong_status');
    return { facts: [decided(approval, outcome)] };
  },

  'approval:expire': (subject, { approval }, { now }) => {
    const open = openIn(subject, approval);
    if (!open || open.expiresAt > now) return refuse('wrong_status');
    return { facts: [decided(approval, 'expired')] };
  },

  'approval:use': ({ row }, { approval, hash }, { now }) => {
    const { id, outcome, used, hash: allowed, expiresAt } = row.approval ?? {};
    const isGood = id === approval && outcome === 'approved' && !used && hash === allowed;
    if (!isGood || expiresAt === undefined || expiresAt <= now) return refuse('wrong_status');
    return { facts: [{ type: 'approval.used', data: { approval } }] };
  },
};
