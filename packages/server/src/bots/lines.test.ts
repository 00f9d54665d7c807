import type { EventType } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { unborn } from '../conversations/evolve.ts';
import type { LogRecord } from '../events/log.ts';
import { linesOf } from './lines.ts';

const record = (
  seq: number,
  type: EventType,
  {
    by = 'visitor',
    cause = null,
    ...data
  }: { by?: string; cause?: LogRecord['cause']; [name: string]: unknown },
): LogRecord =>
  ({
    id: `m${seq}`,
    seq,
    pub: seq,
    type,
    cause,
    data,
    actor: { kind: by, id: by },
    time: seq,
  }) as LogRecord;

const row = (episode = 0) => ({
  ...unborn({ id: 'c', site: 'shop', contact: 'v' }, 0),
  ...{ seq: 99, pub: 99, episode: { seq: episode, pub: episode, epoch: 0 } },
});

const read = (records: LogRecord[], episode = 0) =>
  linesOf(row(episode), {
    saidBefore: async (_id, pub, limit) =>
      records
        .filter((it) => (it.pub ?? 0) < pub)
        .slice(-limit)
        .reverse(),
  });

const texts = async (records: LogRecord[], episode = 0): Promise<string[]> =>
  (await read(records, episode)).map(({ by, text }) => `${by}: ${text}`);

test('are what people and bots said, as it is now: edits count, what was taken back is gone', async () => {
  expect(
    await texts([
      record(1, 'conversation.started', {}),
      record(2, 'message.created', { text: 'Helo' }),
      record(3, 'message.updated', { message: 'm2', text: 'Hello' }),
      record(4, 'message.created', { redacted: true }),
      record(5, 'message.created', { text: '', block: { kind: 'rating' }, by: 'system' }),
      record(6, 'message.created', { text: 'Hi', by: 'agent' }),
      record(7, 'message.created', { text: 'I am a bot', by: 'bot' }),
    ]),
  ).toEqual(['visitor: Hello', 'agent: Hi', 'bot: I am a bot']);
});

test('say which message was answered, and what', async () => {
  const answers = [
    record(1, 'message.action_clicked', { message: 'm', action: 'yes', label: 'Yes' }),
    record(2, 'form.submitted', { message: 'n', values: { city: 'Ulm', adult: true } }),
  ];
  expect(await read(answers)).toMatchObject([
    { text: 'Yes', answer: { message: 'm', action: 'yes' } },
    { text: 'Ulm\ntrue', answer: { message: 'n', form: { city: 'Ulm', adult: true } } },
  ]);
});

test('a ready answer is one line, whatever else is said', async () => {
  const cause = { id: 'm1', depth: 1 };
  const answers = [
    record(1, 'message.action_clicked', { message: 'm', action: 'yes', label: 'Yes' }),
    record(2, 'message.created', { text: 'Yes', cause }),
    record(3, 'message.created', { text: 'Yes' }),
  ];
  expect(await texts(answers)).toEqual(['visitor: Yes', 'visitor: Yes']);
});

test('[F12] begin where the matter in hand does', async () => {
  const said = [1, 2, 3].map((seq) => record(seq, 'message.created', { text: `${seq}` }));
  expect(await texts(said, 2)).toEqual(['visitor: 3']);
});

test('are the newest fifty', async () => {
  const said = Array.from({ length: 60 }, (_, i) =>
    record(i + 1, 'message.created', { text: `${i + 1}` }),
  );
  const lines = await read(said);
  expect([lines.length, lines[0]?.text, lines.at(-1)?.text]).toEqual([50, '11', '60']);
});
