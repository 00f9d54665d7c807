import { catalogue, type EventType, eventTypes, outwardSchema } from '@throughline/shared/schema';
import type { Parts } from '../parts.ts';
import * as contract from './contract/events.ts';
import { open, type Route, send } from './route.ts';

/** The catalogue, for whoever builds on it; nothing in it is anybody's secret. */
export function eventTypeRoutes({ source }: Parts): Route[] {
  const idOf = (type: EventType) => `${source}/v1/event-types/${type}`;
  return [
    open(contract.listEventTypes, () => ({
      data: eventTypes.map((type) => {
        const { about, version, seenBy, example } = catalogue[type];
        const schema = outwardSchema(type, idOf(type));
        return { name: type, version, about, seenBy, example, schema };
      }),
    })),

    open(contract.getEventType, ({ params, reply }) => {
      const type = eventTypes.find((it) => it === params.type);
      if (!type) return send(reply, 'not_found');
      const text = JSON.stringify(outwardSchema(type, idOf(type)));
      return reply.type('application/schema+json').send(text);
    }),
  ];
}
