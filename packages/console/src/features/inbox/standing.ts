import type { ConversationSummary } from '@throughline/shared/schema';
import { type Due, dueOf } from '../../lib/due.ts';
import { firstName } from '../../lib/person.ts';
import { duePromise } from '../../lib/promise.ts';
import { roughWait } from '../../lib/wait.ts';
import { myId, queueName, type State, teamName } from '../../store/state.ts';

/** What a row says of routing, each null where there is nothing to say. */
export interface Standing {
  /** `General · 4 min` */
  place: string | null;
  offered: string | null;
  promised: string | null;
  due: Due | null;
}

export function standingOf(row: ConversationSummary, state: State, now: number): Standing {
  const { queue, unansweredSince, offer, promises } = row;
  const waited = unansweredSince === null ? '' : ` · ${roughWait(unansweredSince, now)}`;
  const name = offer && (teamName(state, offer.agent) ?? 'a colleague');
  return {
    place: queue === null ? null : queueName(state, queue) + waited,
    offered: name && `Offered to ${offer.agent === myId(state) ? 'you' : firstName(name)}`,
    promised: duePromise(promises, now),
    due: dueOf(row.replyDue, now),
  };
}
