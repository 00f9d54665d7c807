import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExportLine } from '../../contacts/export.ts';
import { toCloudEvent } from '../../events/cloud-event.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/contacts.ts';
import { type Route, scoped } from './route.ts';
import { actorOf, missing } from './stamp.ts';
import type { Streams } from './streams.ts';

/** All there is of one person, for them. Reading is no event; that it is taken is for the operator to know. */
export const contactExportRoute = (
  { exports, source, log }: Pick<Parts, 'exports' | 'source' | 'log'>,
  streams: Streams,
): Route =>
  scoped(contract.exportContact, async ({ params, reply }, caller) => {
    const found = await exports.of(params.id ?? '', (record) =>
      toCloudEvent(record, { source, pii: 'content' }),
    );
    if (!found) return missing(reply);
    const by = actorOf(caller).id;
    log.info({ by, how: contract.exportContact.name, contact: found.id }, 'a person is exported');
    return streams.send(reply.type('application/x-ndjson'), texts(found.lines));
  });

/** The relay does something else between any two parts. */
async function* texts(lines: AsyncIterable<ExportLine[]>) {
  for await (const some of lines) {
    yield `${some.map((line) => JSON.stringify(line)).join('\n')}\n`;
    await nextTurn();
  }
}
