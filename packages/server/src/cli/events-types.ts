import { catalogue, eventTypes, outwardSchema } from '@throughline/shared/schema';
import type { Command } from './invocation.ts';

/** What there is to hear of; of this version, so it needs no relay. */
export const listTypes: Command = {
  about: 'List the types of events and what they say.',
  takes: '[--json]',
  options: { json: { type: 'boolean' } },
  async run({ values, print }) {
    const types = eventTypes.map((name) => {
      const { about, version, seenBy, example } = catalogue[name];
      const schema = outwardSchema(name, `urn:throughline:event-type:${name}`);
      return { name, version, about, seenBy, example, schema };
    });
    const width = Math.max(...eventTypes.map((name) => name.length));
    if (values.json) print(JSON.stringify(types));
    else for (const { name, about } of types) print(`${name.padEnd(width)} ${about}`);
    return 0;
  },
};
