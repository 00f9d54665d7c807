import { once } from 'node:events';
import { join } from 'node:path';
import { startBot } from '../bot/bot.ts';
import type { Ports } from '../seed/answering.ts';
import { startBilling } from './billing/billing.ts';
import { startCrm } from './crm/crm.ts';
import type { Secrets } from './keys.ts';
import { explain } from './web-server.ts';

export interface SystemsOptions {
  /** The demo's data folder. */
  dataDir: string;
  /** The relay's address. */
  relay: string;
  keys: Secrets;
  site: string;
  ports: Ports;
}

export interface Systems {
  crm: string;
  billing: string;
  close(): Promise<void>;
}

/** What the shop had before it had a chat. Each has its own port, key and files, and knows no other. */
export async function startSystems(options: SystemsOptions): Promise<Systems> {
  const { dataDir, relay, keys, site, ports } = options;
  const dir = join(dataDir, 'systems');
  const at = (port: number) => `http://127.0.0.1:${port}/`;
  const asked = { secrets: keys.tools, now: Date.now };
  const shop = { Console: `${relay}/console/`, Shop: `${relay}/demo/` };
  const crm = await startCrm({
    dir,
    relay,
    port: ports.crm,
    key: keys.crm,
    asked,
    links: { Billing: at(ports.billing), ...shop },
  });
  try {
    const billing = await startBilling({
      dir,
      relay,
      site,
      port: ports.billing,
      key: keys.billing,
      asked,
      links: { CRM: at(ports.crm), ...shop },
    });
    const bot = startBot(ports.bot, keys.bot);
    await once(bot, 'listening').catch((cause) => {
      throw explain({ setting: 'BOT_PORT', port: ports.bot }, cause);
    });
    const close = async (): Promise<void> => {
      bot.close();
      bot.closeAllConnections();
      await Promise.all([crm.close(), billing.close()]);
    };
    return { crm: crm.url, billing: billing.url, close };
  } catch (error) {
    await crm.close();
    throw error;
  }
}
