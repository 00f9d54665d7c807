import { join } from 'node:path';
import { createKeys, type Store } from '@throughline/server';
import { readJson, writeJson } from './json-file.ts';

/** API keys, one for each program: what a program does carries its name, and may be stopped alone. */
export interface Keys {
  crm: string;
  billing: string;
}

/** All that lets the shop's programs and the relay know each other. */
export interface Secrets extends Keys {
  /** What the relay signs the bot's turns with. */
  bot: string;
  /** What the shop's sign-in signs with. */
  shop: string;
  /** What the relay signs the questions of flows with, by the tool they ask. */
  tools: Record<string, string>;
}

/** Those of the last start, or new ones. They are in this file and nowhere else. */
export async function openKeys(store: Store, dataDir: string): Promise<Keys> {
  const file = join(dataDir, 'systems/keys.json');
  const known = readJson<Keys>(file);
  if (known) return known;
  const made = createKeys(store, Date.now);
  const crm = await made.create({
    name: 'Fernway CRM',
    scopes: [
      'events:read',
      'contacts:read',
      'contacts:write',
      'conversations:write',
      'endpoints:write',
    ],
    pii: 'content',
    createdBy: 'demo',
  });
  const billing = await made.create({
    name: 'Fernway Billing',
    scopes: ['contacts:write'],
    pii: 'none',
    createdBy: 'demo',
  });
  const keys = { crm: crm.secret, billing: billing.secret };
  writeJson(file, keys);
  return keys;
}
