import type { Actor } from '@throughline/shared/schema';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { createTurnstile } from '../../lib/turnstile.ts';
import { appendOutside } from '../../store/outside.ts';
import { answerRepeat } from '../../store/repeat.ts';
import type { Store } from '../../store/store.ts';

/** Which bots may not answer: beside the blueprint, so that it works when publishing does not. */
export interface Switches {
  /** Whether a bot may answer; null: whether any may. */
  isOn(bot: string | null): boolean;
  /** Those that were switched off by themselves. */
  readonly off: ReadonlySet<string | null>;
  /**
   * @throws AppError `idempotency_conflict`
   */
  set(bot: string | null, on: boolean, act: { id: string; actor: Actor }): Promise<void>;
  /** Takes over what was switched since. */
  refresh(): Promise<void>;
}

export async function openSwitches(store: Store, now: Clock): Promise<Switches> {
  let off: ReadonlySet<string | null> = new Set();
  // Connections do not answer in the order they were asked.
  const inTurn = createTurnstile();
  const refresh = () =>
    inTurn(async () => {
      off = new Set((await store.read.bots.off()).map(({ bot }) => bot));
    });
  await refresh();
  return {
    refresh,
    get off() {
      return off;
    },
    isOn: (bot) => !off.has(null) && !off.has(bot),
    async set(bot, on, { id, actor }) {
      await store.write('bots', async (tx) => {
        const prior = await tx.events.find(id);
        const attempt = { actor, types: ['bot.switched'] as const, input: { bot, on } };
        if (prior && !answerRepeat(prior, attempt).ok) throw new AppError('idempotency_conflict');
        if (prior) return;
        const time = now();
        if (on) await tx.bots.switchOn(bot);
        else await tx.bots.switchOff({ bot, since: time, by: actor.id });
        await appendOutside(tx, { id, type: 'bot.switched', time, actor, data: { bot, on } });
      });
      await refresh();
    },
  };
}
