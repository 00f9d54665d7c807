import { uuidv7 } from '@throughline/shared';
import type { Form } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { ground } from '../../test/ground.ts';
import { site } from '../../test/relay.ts';
import { stranger } from './commands.ts';
import { recordFormFacts } from './form-facts.ts';
import { createProgramContacts } from './program.ts';

const email = { type: 'email', name: 'email', label: 'E-mail', fact: 'email' } as const;

test.each<[Form, string]>([
  [{ title: 'Who are you?', fields: [email] }, 'the form “Who are you?”'],
  [{ fields: [email] }, 'a form'],
])('what was told in a form has the form as its source', async (prechat, source) => {
  const { conversations, give, people, records, store, clock } = await ground(site({ prechat }));
  const { visitor } = people;
  const newcomer = { contact: stranger(visitor.id, 'shop', clock.now), tokenHash: 'x' };
  const [conversation, message] = [uuidv7(), uuidv7()];
  const form = { as: 'prechat', message } as const;
  await conversations.start(visitor, { id: uuidv7(), conversation, form }, newcomer);
  const values = { email: 'ada@x.example' };
  await give(visitor, 'form:submit', { conversation, message, values });
  const handle = recordFormFacts(
    store,
    createProgramContacts(store, () => clock.now),
  );
  const all = await records(conversation);
  // Taken twice, it says it once.
  await handle(all);
  await handle(all);
  expect(await store.read.facts.of(visitor.id)).toMatchObject([
    { name: 'email', value: 'ada@x.example', source: { kind: 'visitor', name: source } },
  ]);
});
