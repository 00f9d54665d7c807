import type { Parts } from '../parts.ts';
import * as contract from './contract/bot-secrets.ts';
import { guarded, type Route } from './route.ts';
import { actOf } from './stamp.ts';

/** What bots and the relay know each other by; never in the blueprint, which is read and kept. */
export function botSecretRoutes(parts: Parts): Route[] {
  const { botSecrets } = parts;
  return [
    guarded(contract.rotateBotSecret, async (call, caller) => ({
      secret: await botSecrets.rotate(call.params.id ?? '', await actOf(parts, call, caller)),
    })),

    guarded(contract.keepBotSecret, async (call, caller) => {
      const act = await actOf(parts, call, caller);
      await botSecrets.keep(call.params.id ?? '', call.body, act);
      return call.reply.send();
    }),
  ];
}
