import type { Client } from '../../assemble.ts';

/**
 * Runs when whoever began something here is gone: logged out, or somebody else by now, in another tab too. Of what is
 * kept of it, `kept` says under which name and as what: as long as it still is, they are the same one.
 */
export function onGone(
  { getState, subscribe, draft }: Pick<Client, 'getState' | 'subscribe' | 'draft'>,
  run: () => void,
  kept: () => [name: string, text: string] = () => ['', ''],
): () => void {
  let { contact: before } = getState();
  return subscribe(({ contact }) => {
    const [name, text] = kept();
    const isOut = before !== null && contact === null;
    before = contact;
    if (text ? draft(name) !== text : isOut) run();
  });
}
