import { randomUUIDv7 } from 'node:crypto';
import { createKnowledge, type Store } from '@throughline/server';

/** What the shop's pages open by name. */
export const opens = {
  forms: [
    {
      name: 'callback',
      title: 'We call you back',
      submit: 'Ask for a call',
      fields: [
        { type: 'text' as const, name: 'name', label: 'Name', required: true, fact: 'name' },
        { type: 'phone' as const, name: 'phone', label: 'Phone', required: true, fact: 'phone' },
        { type: 'textarea' as const, name: 'about', label: 'What is it about?' },
      ],
    },
  ],
  surveys: [
    {
      name: 'checkout',
      scale: 'csat' as const,
      question: 'How easy was it to find your gear?',
      comment: true,
    },
  ],
  articles: ['help'],
};

const DELIVERY = `# Delivery and returns

We pack the same day when you order before three.

## Delivery

- **In the country:** two to three working days, free from €50 on.
- **Abroad:** five to eight working days, €9.

## Returns

You have 60 days, also when it has been out in the rain. Print a label at *My orders*, and we pay you back once
it is here.
`;

/** The one article of its help. */
export async function writeArticle(store: Store): Promise<void> {
  const act = { id: randomUUIDv7(), actor: { kind: 'system', id: 'demo' } } as const;
  const article = {
    collection: 'help',
    id: 'delivery',
    format: 'markdown',
    text: DELIVERY,
  } as const;
  await createKnowledge(store, Date.now).put(article, act);
}
