import type { BotSwitches } from '@throughline/shared/schema';
import { AppError } from '../../lib/errors.ts';
import { findUnsigned } from '../../settings/unsigned.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/bots.ts';
import { guarded, type Route } from './route.ts';
import { actOf } from './stamp.ts';

/** What bots do at the moment, and could not do lately. */
export interface BotWork {
  thinking(bot: string): number;
  failures(bot: string): readonly BotSwitches['data'][number]['failures'][number][];
}

/** The kill switch, of one and of all, and who is on. */
export function botRoutes(parts: Parts, work: BotWork): Route[] {
  const { bots, switches } = parts;

  async function list(): Promise<BotSwitches> {
    await bots.refresh();
    const data = [...bots.current.values()].map(({ id, name, kind, mode }) => ({
      ...{ id, name, kind, mode },
      on: switches.isOn(id),
      running: work.thinking(id),
      failures: [...work.failures(id)],
    }));
    return {
      on: switches.isOn(null),
      unsigned: await findUnsigned(parts.blueprint.current, parts),
      data,
    };
  }

  return [
    guarded(contract.listBots, list),

    guarded(contract.switchBots, async (call, caller) => {
      await switches.set(null, call.body.on, await actOf(parts, call, caller));
      return list();
    }),

    guarded(contract.switchBot, async (call, caller) => {
      const id = call.params.id ?? '';
      // One that is published no more may still have the floor somewhere; off, it can be switched on.
      if (!bots.current.has(id) && !switches.off.has(id)) throw new AppError('not_found');
      await switches.set(id, call.body.on, await actOf(parts, call, caller));
      return list();
    }),
  ];
}
