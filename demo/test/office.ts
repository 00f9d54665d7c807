import { afterAll } from 'vitest';
import { type Desk, signIn } from './people.ts';
import { type Stage, setStage } from './stage.ts';

/** The demo with an agent signed in at the console, from the first test of a file to its last. */
export async function openOffice(): Promise<{ stage: Stage; desk: Desk }> {
  const stage = await setStage();
  afterAll(() => stage.close());
  const desk = await signIn(await stage.open(), stage);
  return { stage, desk };
}
