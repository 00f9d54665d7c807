import { queries as questions } from '@throughline/shared/schema';
import { answer, type Entry, entry, refusal } from './dispatch.ts';
import type { Parts } from './parts.ts';
import type { AgentSocket, VisitorSocket } from './rooms.ts';

type Row = [string, Entry<VisitorSocket | AgentSocket>];

/** What both sides may ask about files. */
export function fileRows({ uploads, links, sites }: Parts): Row[] {
  const begin = entry(
    questions['file:begin'],
    async ({ data: { who } }: VisitorSocket | AgentSocket, claim) =>
      who.kind === 'visitor' && sites.get(who.site)?.files === false
        ? refusal('forbidden')
        : answer(await uploads.begin(who, claim)),
  );
  const link = entry(
    questions['file:links'],
    async ({ data: { who } }: VisitorSocket | AgentSocket, { files }) =>
      answer(await links.of(who, files)),
  );
  return [
    ['file:begin', begin],
    ['file:links', link],
  ];
}
