import type { Bench } from '../figures.ts';
import { idle } from './idle.ts';
import { overload } from './overload.ts';
import { scaled } from './scaled.ts';
import { screen } from './screen.ts';
import { ack, flow } from './sustained.ts';
import { wave } from './wave.ts';

/** What one relay bears, and two on one database, target by target (docs/scaling.md). `ROUNDS=1` for a look. */
export const load: Bench = async (report) => {
  for (const bench of [ack, flow, overload, screen, wave, scaled, idle]) await bench(report);
};
