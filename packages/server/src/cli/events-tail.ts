import { apiOptions, connectApi, FILTERS, filterOptions, readFilter } from './api.ts';
import { lineOf, toSafeJson } from './event-line.ts';
import { follow } from './follow.ts';
import type { Command } from './invocation.ts';
import { stopSignal } from './stop-signal.ts';

export const tailEvents: Command = {
  about: 'Show events as they happen, a line each.',
  takes: `${FILTERS}\n[--after CURSOR] [--json] [--url URL]`,
  options: {
    ...apiOptions,
    ...filterOptions,
    after: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ env, values, print, note, columns }) {
    const query = readFilter(values);
    const api = connectApi({ env, values });
    const after = String(values.after ?? 'now');
    for await (const { event } of follow(api, { query, after, signal: stopSignal(), note }))
      print(values.json ? toSafeJson(event) : lineOf(event, columns));
    return 0;
  },
};
