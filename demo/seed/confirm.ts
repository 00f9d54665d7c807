import type { CloudEvent, ContactSummary } from '@throughline/shared/schema';
import { createRelayApi, type RelayApi } from '../systems/relay-api.ts';
import { SITE, type Story, stories } from './stories.ts';

type Customer = NonNullable<Story['who']> & { externalId: string };

/**
 * A page's word for who somebody is proves nothing. The shop knows its customers from their sign-in, and
 * says so here with its CRM's key; once a contact is confirmed, every system finds it by its number.
 */
export async function confirmCustomers(relay: { url: string; key: string }): Promise<void> {
  const api = createRelayApi(relay);
  for (const { who, attributes } of stories)
    if (who?.externalId)
      await confirm(api, { ...who, externalId: who.externalId }, attributes?.plan);
}

async function confirm(api: RelayApi, customer: Customer, plan: unknown): Promise<void> {
  const { externalId, email } = customer;
  const query = new URLSearchParams({ site: SITE, externalId });
  const { data: known } = await api<{ data: ContactSummary[] }>(`/contacts?${query}`);
  const id = known.data.length > 0 ? undefined : await findByEmail(api, email);
  if (!id) return;
  const { etag } = await api(`/contacts/${id}`);
  await api(`/contacts/${id}`, { method: 'PATCH', version: etag, body: customer });
  if (!plan) return;
  const body = { facts: [{ name: 'plan', value: plan }] };
  await api(`/contacts/${id}/facts`, { method: 'POST', once: `plan of ${externalId}`, body });
}

/** The visitor who gave this address first. */
async function findByEmail(api: RelayApi, email: string): Promise<string | undefined> {
  const path = '/events?types=contact.identified&limit=100';
  const { data } = await api<{ data: CloudEvent[] }>(path);
  const found = data.data.find((event) => 'email' in event.data && event.data.email === email);
  return found?.data.contact?.id;
}
