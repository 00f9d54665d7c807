import { uuidv7 } from '@throughline/shared';
import type { Client } from '../../assemble.ts';
import type { Tell } from '../../events.ts';

/** The relay repeats that somebody types; the page is told when it begins, and when it ends. */
export function tellTyping(client: Client, tell: Tell): () => void {
  let before = client.getState().typing;
  return client.subscribe(({ typing }) => {
    const [was, is] = [before, typing];
    before = typing;
    const say = (type: 'typing.started' | 'typing.stopped', conversation: string, name = '') =>
      tell({ id: uuidv7(), type, time: Date.now(), conversation, actor: null, data: { name } });
    for (const [id, { name }] of Object.entries(is)) if (!was[id]) say('typing.started', id, name);
    for (const [id, { name }] of Object.entries(was)) if (!is[id]) say('typing.stopped', id, name);
  });
}
