import type { StormOptions } from '../options.ts';
import type { Mutant } from './names.ts';

interface Trap {
  /** Checks any of which has to catch it. */
  trips: string[];
  /** Under which faults it shows. */
  storm: Partial<StormOptions>;
}

/** How each mutant is brought out into the open, and what has to see it. */
export const TRAPS: Record<Mutant, Trap> = {
  M1: { trips: ['C1'], storm: { points: ['written_not_committed'] } },
  M2: { trips: ['C3'], storm: { points: ['committed_not_acked'] } },
  M3: { trips: ['C4', 'C5', 'C6', 'C7'], storm: { kills: 1 } },
  M4: { trips: ['C5', 'C9'], storm: { nemeses: ['cut'], kills: 2 } },
  M5: { trips: ['C2'], storm: { points: ['written_not_committed'], desertion: 0.9 } },
  M6: { trips: ['C10'], storm: { store: 'postgres', kills: 2 } },
  M7: { trips: ['C5', 'C13'], storm: { nemeses: ['loss'], kills: 1, answers: 1500 } },
  M8: {
    trips: ['C10'],
    storm: { points: ['written_not_committed'], lingerMs: 60, desertion: 0.9 },
  },
  M9: { trips: ['C8', 'C9'], storm: { nemeses: ['restore'], kills: 4 } },
  M10: { trips: ['C5'], storm: { nemeses: ['clock'], kills: 2 } },
  M11: { trips: ['C1'], storm: { nemeses: ['power'], kills: 2 } },
  M12: { trips: ['C3'], storm: { points: ['committed_not_acked'] } },
  M13: { trips: ['C11'], storm: { answers: 500 } },
  M14: { trips: ['C12'], storm: { kills: 3, answers: 1500 } },
  M15: { trips: ['C10'], storm: { store: 'postgres', relays: 2, kills: 2, answers: 400 } },
  M16: { trips: ['C16'], storm: { nemeses: ['power'], kills: 2 } },
};
