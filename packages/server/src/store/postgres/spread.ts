import type { Awaitable } from '../awaitable.ts';
import type { Tx } from '../store.ts';
import type { Lane } from './lane.ts';

/** A lane, and what it has to answer. */
interface Load {
  lane: Pick<Lane, 'submit'>;
  works: number;
}

/**
 * Gives each work to a lane. A key stays on its lane as long as a work of it is unanswered, so that they
 * run one after another; otherwise it goes where there is least to do, so that nobody waits behind the long
 * work of a follower while other connections are idle.
 */
export function spreadOver(lanes: Load['lane'][]) {
  const loads: Load[] = lanes.map((lane) => ({ lane, works: 0 }));
  const keys = new Map<string, { load: Load; works: number }>();
  const least = () => loads.reduce((one, other) => (other.works < one.works ? other : one));

  return <T>(key: string, work: (tx: Tx) => Awaitable<T>): Promise<T> => {
    const held = keys.get(key) ?? { load: least(), works: 0 };
    keys.set(key, held);
    held.works += 1;
    held.load.works += 1;
    const answer = held.load.lane.submit(work);
    const done = () => {
      held.works -= 1;
      held.load.works -= 1;
      if (held.works === 0) keys.delete(key);
    };
    answer.then(done, done);
    return answer;
  };
}
