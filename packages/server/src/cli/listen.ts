import { apiOptions, connectApi, FILTERS, filterOptions, readFilter } from './api.ts';
import { shortName } from './event-line.ts';
import { follow } from './follow.ts';
import { deliver, FORWARDING, forwardOptions, readReceiver } from './forward.ts';
import type { Command } from './invocation.ts';
import { stopSignal } from './stop-signal.ts';

/** Long enough for a receiver that is just being started again. */
const TRIES = 5;

/** One delivery after the other: a receiver that is being written is read line by line. */
export const listen: Command = {
  about: 'Deliver events as they happen to a receiver on this machine.',
  takes: `${FORWARDING} [--json] [--url URL]\n${FILTERS}`,
  options: { ...apiOptions, ...filterOptions, ...forwardOptions, json: { type: 'boolean' } },
  async run(call) {
    const query = readFilter(call.values);
    const api = connectApi(call);
    const receiver = readReceiver(call);
    const signal = stopSignal();
    const { note } = call;
    for await (const { event } of follow(api, { query, after: 'now', signal, note })) {
      const isTaken = await deliver(event, { receiver, tries: TRIES, signal }, call);
      if (!isTaken && !signal.aborted)
        note(`Skipped after ${TRIES} tries: ${shortName(event)} ${event.id}`);
    }
    return 0;
  },
};
