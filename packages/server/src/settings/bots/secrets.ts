import type { Bot } from '@throughline/shared/schema';
import { isWebhookSecret, newWebhookSecret } from '@throughline/shared/webhooks';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { type Act, doneBefore, noteDone } from '../../store/audit.ts';
import type { Store } from '../../store/store.ts';
import type { Published } from '../blueprint.ts';
import { addSecret, ownerOf, ownerOfTools, rotateSecret, secretsOf } from '../secrets.ts';

/** Ours sign the turns of a bot; theirs let the relay in somewhere else. */
export interface BotSecrets {
  /** Those that are good now, the current one first. */
  of(bot: string): Promise<string[]>;
  /** The one another system issued for the bot itself, or for its tools. */
  theirs(bot: string, use: Kept['use']): Promise<string | undefined>;
  /**
   * A new one of ours, told to a repeat as well; the one before stays good for a day.
   * @throws AppError `not_found`, `wrong_secret` where it is theirs, `wrong_status` while an earlier rotation
   *   is open, `secret_told`
   */
  rotate(bot: string, act: Act): Promise<string>;
  /**
   * Keeps the one another system issued in place of the one before.
   * @throws AppError `not_found`, `wrong_secret` where it is ours, `idempotency_conflict` where another one is
   *   kept under the id, or since
   */
  keep(bot: string, kept: Kept, act: Act): Promise<void>;
}

interface Kept {
  secret: string;
  use: 'bot' | 'tools';
}

/** Of the others the secret is made on the other side. */
export const isSigned = (bot: Bot): boolean => bot.kind === 'http' && bot.shape === 'throughline';

const keptAs = (bot: string, use: Kept['use']): string =>
  use === 'bot' ? ownerOf('bot', bot) : ownerOfTools(bot);

export function createBotSecrets(
  store: Store,
  { blueprint, now }: { blueprint: Published; now: Clock },
): BotSecrets {
  const goodFor = async (owner: string): Promise<string[]> =>
    (await secretsOf(store, owner, now)).map(({ secret }) => secret);

  function mustBe(kind: 'ours' | Kept['use'], id: string): void {
    const bot = blueprint.current.bots?.find((one) => one.id === id);
    if (!bot) throw new AppError('not_found');
    if (kind === 'tools' && bot.kind !== 'llm') throw new AppError('wrong_secret');
    if (isSigned(bot) !== (kind === 'ours')) throw new AppError('wrong_secret');
  }

  return {
    of: (bot) => goodFor(ownerOf('bot', bot)),

    // What signs turns is not shown: the same bot may have been another kind before.
    theirs: async (bot, use) =>
      (await goodFor(keptAs(bot, use))).find((secret) => !isWebhookSecret(secret)),

    async rotate(bot, act) {
      mustBe('ours', bot);
      const target = { kind: 'bot', id: bot } as const;
      return rotateSecret(store, { target, make: newWebhookSecret, now, act });
    },

    async keep(bot, { secret, use }, act) {
      mustBe(use, bot);
      const owner = keptAs(bot, use);
      const said = { action: 'secret.rotated', target: { kind: 'bot', id: bot } } as const;
      await store.write('secrets', async (tx) => {
        const [current] = await tx.secrets.of(owner);
        if (await doneBefore(tx, act, said)) {
          if (current?.secret !== secret) throw new AppError('idempotency_conflict');
          return;
        }
        await tx.secrets.removeOf(owner);
        await addSecret(tx, { owner, secret, now: now() });
        await noteDone(tx, { ...act, time: now() }, said);
      });
    },
  };
}
