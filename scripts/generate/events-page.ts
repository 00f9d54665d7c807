import { catalogue, type EventKind, eventNames, type JsonSchema } from '@throughline/shared/schema';

const entities: Record<string, string> = {
  conversation: 'Conversations',
  message: 'Messages and notes',
  contact: 'Contacts and what they do',
  widget: 'The page',
  config: 'The relay itself',
};
/** Entities that stand under the heading of another one. */
const under: Record<string, string> = {
  note: 'message',
  event: 'contact',
  facts: 'contact',
  sink: 'config',
  test: 'config',
};

const seen: Record<EventKind['seenBy'], string> = {
  everybody: 'Seen by everybody.',
  agents: 'Seen by agents only.',
  page: 'Seen by the page only.',
};

function kindOf({ type, anyOf, enum: values }: JsonSchema): string {
  if (Array.isArray(values)) return values.map((value) => `\`${value}\``).join(', ');
  if (Array.isArray(anyOf)) return anyOf.map(kindOf).join(' or ');
  return Array.isArray(type) ? type.join(' or ') : String(type ?? 'any');
}

const row = (name: string, property: JsonSchema, isCertain: boolean): string =>
  `| \`${name}\` | ${kindOf(property)}${isCertain ? '' : ', optional'} | ${property['x-pii']} | ${property.description ?? ''} |`;

function section(type: string, { about, seenBy, version, data, example }: EventKind): string {
  const schema = shapeOf(data);
  const rows = Object.entries(schema.properties).map(([name, property]) =>
    row(name, property, schema.required.includes(name)),
  );
  const table = ['| field | type | personal | meaning |', '| --- | --- | --- | --- |', ...rows];
  const json = JSON.stringify(example, null, 2);
  return [
    `### \`${type}\``,
    `${about} ${seen[seenBy]} Version ${version}.`,
    rows.length > 0 ? table.join('\n') : 'No data.',
    `\`\`\`json\n${json}\n\`\`\``,
  ].join('\n\n');
}

interface Shape {
  properties: Record<string, JsonSchema>;
  required: string[];
}

const shapeOf = (data: EventKind['data']): Shape => {
  const { properties = {}, required = [] } = data.toJSONSchema({ io: 'output' }) as Partial<Shape>;
  const marked = Object.entries(properties).map(([name, property]) => [
    name,
    { 'x-pii': 'none', ...property },
  ]);
  return { properties: Object.fromEntries(marked), required };
};

/** The part of the events' page that follows from the catalogue. */
export function eventsPage(): string {
  const headings = new Map<string, string[]>();
  for (const type of eventNames) {
    const [entity = ''] = type.split('.');
    const heading = entities[under[entity] ?? entity] ?? entity;
    const sections = headings.get(heading) ?? [];
    headings.set(heading, [...sections, section(type, catalogue[type] as EventKind)]);
  }
  return [...headings]
    .map(([heading, sections]) => [`## ${heading}`, ...sections].join('\n\n'))
    .join('\n\n');
}
