import { oneLine } from '@throughline/shared';
import type { Client } from '../../assemble.ts';
import type { HookChain } from '../../hooks.ts';
import { menuWords } from '../../i18n/words/menu.ts';
import { type Bubble, hasOlder, threadOf } from '../../store/selectors.ts';
import type { Line, State } from '../../store/state.ts';
import type { useTexts } from '../context.ts';
import { clockTime, longDate } from '../format.ts';
import { told, toldWords } from './told.ts';

export const transcriptWords = { ...toldWords, ...menuWords };

interface Around {
  id: string;
  tag: string;
  siteName: string;
  t: ReturnType<typeof useTexts<typeof transcriptWords>>;
  shown: HookChain['beforeDisplay'];
}

/** What scrolling has not loaded yet; as much as there is when the line breaks. */
export async function loadAll(client: Client, id: string): Promise<void> {
  const known = () => client.getState().conversations[id];
  for (let low = Infinity; hasOlder(known()) && (known()?.low ?? 0) < low; ) {
    low = known()?.low ?? 0;
    await client.loadOlder(id);
  }
}

/** Whatever a message says stays indented below its author: no words can pass for a line of ours. */
const indent = (text: string): string =>
  text.split(/\r\n?|[\n\v\f\u0085\u2028\u2029]/).join('\n    ');

/** The conversation as plain text: there is nothing in it to run or to load. */
export function transcriptOf(state: State, around: Around): string {
  const { id, tag, siteName, t } = around;
  let day = '';
  const lines = threadOf(state, id).flatMap((item) => {
    const said = lineOf(item, around);
    if (!said) return [];
    const date = longDate(item.time, tag);
    const heading = date === day ? [] : ['', date];
    day = date;
    return [...heading, `${clockTime(item.time, tag)}  ${said}`];
  });
  return `${[t('transcriptOf', { name: oneLine(siteName) }), ...lines].join('\n')}\n`;
}

function lineOf(item: Bubble | Line, around: Around): string | undefined {
  const { id, t, shown } = around;
  if (item.kind === 'line') return t(item.what, { name: oneLine(item.name ?? '') });
  if (item.state !== 'sent') return undefined;
  const { mine, name = t('someone') } = item;
  const message = shown({ id: item.id, conversationId: id, mine, text: item.text, name });
  if (!message) return undefined;
  const author = mine ? t('you') : oneLine(message.name ?? '');
  const said = item.deleted ? [t('deleted')] : [message.text, ...told(item, around)];
  return [author, ...said.filter(Boolean).map(indent)].join('\n    ');
}

/** Hands it to the browser as a file of that day. */
export function save(text: string): void {
  const href = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/plain' }));
  const download = `chat-${new Date().toISOString().slice(0, 10)}.txt`;
  Object.assign(document.createElement('a'), { href, download }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
