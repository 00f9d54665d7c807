import { uuidv7 } from '@throughline/shared';
import type { botsDocument, EventData, Reply, Turn } from '@throughline/shared/schema';
import { onTestFinished } from 'vitest';
import type { Participants } from '../src/bots/index.ts';
import type { Answer, Around } from '../src/bots/participant.ts';
import type { Conversations } from '../src/conversations/commands.ts';
import { idFrom } from '../src/lib/id-from.ts';
import type { Conversation, LogRecord } from '../src/store/store.ts';
import { type RelayTestOptions, startRelay, type TestRelay, until } from './relay.ts';
import { plan, publishRouting } from './routing.ts';

export type BotDocument = (typeof botsDocument)['_zod']['input']['bots'][number];

export const bot = (id: string, more: object = {}): BotDocument => ({
  ...{ id, name: `Bot ${id}`, kind: 'http', url: 'https://bots.example/turns' },
  ...more,
});

/** As an administrator does; what is refused is an error with all its findings. */
export async function publishBots(relay: TestRelay, bots: BotDocument[]): Promise<void> {
  const path = '/v1/blueprint/bots';
  const { session: as } = await relay.hire('Root', 'admin');
  const read = await relay.fetch(path, { as });
  const headers = { 'if-match': String(read.headers.etag) };
  const answer = await relay.fetch(path, { as, method: 'PUT', body: { bots }, headers });
  if (answer.status !== 200) throw new Error(answer.text);
}

/** A turn somebody was asked for, to be answered by the test. */
export interface AskedTurn extends Around {
  bot: string;
  turn: Turn;
  answer(reply: Partial<Reply> | string, more?: Omit<Answer, 'reply'>): void;
  fail(error: Error): void;
}

/** Bots that answer when the test says so. */
export function createScript() {
  const asked: AskedTurn[] = [];
  const participants: Participants = {
    http: ({ id }) => ({
      answer: (turn, around) =>
        new Promise<Answer>((resolve, reject) => {
          const answer: AskedTurn['answer'] = (said, more = {}) => {
            const reply: Partial<Reply> =
              typeof said === 'string' ? { acts: [{ do: 'say', text: said }] } : said;
            resolve({ reply: { acts: [], next: { do: 'wait' }, state: null, ...reply }, ...more });
          };
          asked.push({ bot: id, turn, answer, fail: reject, ...around });
        }),
    }),
  };
  return {
    participants,
    asked,
    /** The one that is asked as the n-th, from 0. */
    turn: (n: number) => until(() => asked[n], `turn ${n}`),
  };
}

interface World {
  bots?: BotDocument[];
  options?: RelayTestOptions;
}

/** A relay with an agent, routing, and bots that answer when the test says so. */
export async function botWorld({ bots = [bot('first', { start: {} })], options }: World = {}) {
  const script = createScript();
  const relay = await startRelay({ participants: script.participants, ...options });
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const ada = await relay.hire('Ada');
  await publishRouting(relay, plan([ada.agent.email]));
  await publishBots(relay, bots);
  const ask = async (text = 'Hello') => {
    const visitor = await relay.visitor();
    const conversation = uuidv7();
    await visitor.give('conversation:start', { conversation });
    await visitor.give('message:send', { conversation, text });
    const say = (more: string) => visitor.give('message:send', { conversation, text: more });
    return { visitor, conversation, say };
  };
  const becomes = (id: string, is: (row: Conversation) => unknown, what = 'its state') =>
    until(async () => {
      const row = await relay.store.read.conversations.get(id);
      return row && is(row) ? row : undefined;
    }, what);
  const told = async (id: string): Promise<LogRecord[]> =>
    (await relay.events()).filter(({ conversation }) => conversation === id);
  const comes = (id: string, type: LogRecord['type'], is: (data: never) => unknown = () => true) =>
    until(
      async () => (await told(id)).find((it) => it.type === type && is(it.data as never)),
      type,
    );
  const saidByBots = async (id: string): Promise<string[]> =>
    (await told(id)).flatMap(({ type, actor, data }) =>
      type === 'message.created' && actor.kind === 'bot' && 'text' in data ? [data.text] : [],
    );
  return { ...script, relay, ada, ask, becomes, told, comes, saidByBots };
}

/** A bot begins in a conversation nobody has, and asks for a person's yes; gives the approval's id. */
export async function askApproval(
  { run }: Pick<Conversations, 'run'>,
  conversation: string,
  asked: Partial<EventData<'approval.requested'>> = {},
): Promise<string> {
  const { bot: name = 'helper', ...more } = asked;
  const who = { kind: 'bot', id: `bot:${name}`, name } as const;
  const about = { conversation, run: uuidv7() };
  const turn = {
    ...{ id: uuidv7(), ...about, visit: 0, heard: 0, final: true, state: null },
    ...{ acts: [], next: { do: 'wait' as const } },
  };
  const approval = {
    ...{ tool: 'refund', arguments: '{}', hash: 'aGFzaA', preview: 'refund' },
    ...{ expiresAt: Date.now() + 60_000, ...more },
  };
  const begin = { id: uuidv7(), ...about, bot: name, version: 'v' };
  for (const outcome of [
    await run(who, 'bot:begin', begin),
    await run(who, 'bot:act', { ...turn, approval }),
  ])
    if (!outcome.ok) throw new Error(outcome.error.code);
  return idFrom(turn.id, 'approval');
}
