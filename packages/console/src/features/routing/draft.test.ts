import { describe, expect, it } from 'vitest';
import { exampleFor, pointerOf, pointerOfField, readDraft, writeDraft } from './draft.ts';

const text = `# who gets what
routing:
  teams:
    - { id: sales, name: Sales }
  queues:
    - id: leads
      rings:
        - afterMs: 0
          teams: [sales]
`;

function read(of: string) {
  const draft = readDraft(of);
  if (!draft.ok) throw new Error(draft.faults[0]?.message);
  return draft;
}

describe('a document as text', () => {
  it('is read as YAML and as JSON', () => {
    expect(read(text).routing).toMatchObject({ queues: [{ id: 'leads' }] });
    expect(read('{"routing": {"teams": []}}').routing).toEqual({ teams: [] });
  });

  it('is nothing where it is empty: then nothing is routed', () => {
    expect(read('').routing).toBeNull();
    expect(read('routing: null').routing).toBeNull();
  });

  it.each([
    ['/routing/teams/0/id', 4],
    ['/routing/queues/0/rings', 7],
    ['/routing/queues/0/rings/0/teams/0', 9],
    ['/routing/queues/0/name', 6],
    ['/routing/queues/3', 5],
    ['/routing/route', 2],
  ])('%s stands in line %i, or what should have it does', (pointer, line) => {
    expect(read(text).lineOf(pointer)).toBe(line);
  });

  it('that cannot be read says in which line', () => {
    expect(readDraft('routing:\n  teams: [')).toMatchObject({
      ok: false,
      faults: [{ line: expect.any(Number), message: expect.stringMatching(/\.$/) }],
    });
    expect(readDraft('teams: []')).toMatchObject({ ok: false, faults: [{ line: 1 }] });
  });

  it('is written so that it reads back the same', () => {
    const routing = read(exampleFor(['ada@x.example'])).routing;
    const written = writeDraft(routing);
    expect(read(written).routing).toEqual(routing);
    expect(written).toContain('- { email: ada@x.example, teams: [ everybody ] }');
    expect(writeDraft(null)).toBe('');
  });
});

it('rules and fields lead to their place', () => {
  expect(pointerOf('route.routes[1].routes[0]')).toBe('/routing/route/routes/1/routes/0');
  expect(pointerOfField('routing.queues.0.id')).toBe('/routing/queues/0/id');
});
