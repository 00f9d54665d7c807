import { uuidv7 } from '@throughline/shared';
import { type Client, createClient, type State } from '@throughline/widget/client';
import type { Random } from '../random.ts';
import { bring, fetchAll } from './files.ts';
import { doomedText, nameOf, type Player, type Stage, textOf, UNSENT_MAX } from './player.ts';
import { watchWire } from './wire.ts';

export const ORIGIN = 'https://storm.example';

/** A page's storage, for clients that have no page. */
export function provideStorage(): void {
  const kept = new Map<string, string>();
  const area = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem(key: string, value: string) {
      kept.set(key, value);
      Object.defineProperty(area, key, { value, enumerable: true, configurable: true });
    },
    removeItem(key: string) {
      kept.delete(key);
      Reflect.deleteProperty(area, key);
    },
  };
  for (const method of ['getItem', 'setItem', 'removeItem'])
    Object.defineProperty(area, method, { enumerable: false });
  Object.defineProperty(globalThis, 'localStorage', { value: area, configurable: true });
}

/** Tells each message that appears on a screen, in the order in which it appears. */
function watchScreen(client: Client, proc: string, { history }: Stage): void {
  const told = new Map<string, unknown>();
  const seen = new Set<string>();
  client.subscribe((state) => {
    for (const { id: conv, items, stream } of Object.values(state.conversations)) {
      if (told.get(conv) === items) continue;
      told.set(conv, items);
      for (const item of items) {
        if (item.kind !== 'message' || seen.has(item.id)) continue;
        seen.add(item.id);
        const epoch = stream?.epoch ?? '';
        history.add({
          f: 'deliver',
          proc,
          conv,
          key: item.id,
          at: item.pub,
          text: item.text,
          epoch,
        });
      }
    }
  });
}

/** Whoever sits at one browser: persons come and go, and pages of each. */
interface Seat {
  stage: Stage;
  site: string;
  person: number;
  life: number;
  n: number;
  mine: string[];
  /** Acknowledged messages of ours that are to be erased, and the words of all. */
  doomed: string[];
  texts: Map<string, string>;
  /** Files that are on their way. */
  bringing: number;
}

const procOf = (seat: Seat): string => `${nameOf(seat)}#${seat.life}`;

function write(seat: Seat, client: Client, random: Random): void {
  const { stage, mine, texts, doomed } = seat;
  seat.n += 1;
  const isNew = mine.length === 0 || (mine.length < 3 && random.chance(0.02));
  const to = isNew ? {} : { conversationId: random.pick(mine) };
  const isDoomed = random.chance(0.02);
  const text = (isDoomed ? doomedText : textOf)(procOf(seat), seat.n, nameOf(seat));
  const { conversationId: conv, messageId: key } = client.sendMessage(text, to);
  stage.history.add({ f: 'send', type: 'invoke', proc: procOf(seat), conv, key, text });
  if (isNew) mine.push(conv);
  stage.conversations.set(conv, nameOf(seat));
  if (!isDoomed) return;
  texts.set(key, text);
  doomed.push(`${conv} ${key}`);
}

/** Brings a file, and says something with it once it is there; reloads do not matter. */
async function show(seat: Seat, clientOf: () => Client, random: Random): Promise<void> {
  const { stage, person } = seat;
  const name = nameOf(seat);
  const conv = random.pick(seat.mine);
  const text = `${uuidv7()} ${name}~\n`.repeat(random.between(1, 1000));
  const ask: Parameters<typeof bring>[0]['ask'] = (...asked) => clientOf().ask(...asked);
  seat.bringing += 1;
  const file = await bring({ ask, proc: procOf(seat), conversation: conv, text }, stage);
  seat.bringing -= 1;
  if (!file || seat.person !== person || !seat.mine.includes(conv)) return;
  seat.n += 1;
  const words = textOf(procOf(seat), seat.n, name);
  const to = { conversationId: conv, files: [file] };
  const { messageId: key } = clientOf().sendMessage(words, to);
  const about = { proc: procOf(seat), conv, key, text: words, file };
  stage.history.add({ f: 'send', type: 'invoke', ...about });
}

function erase({ doomed }: Seat, client: Client): void {
  const [conv = '', key = ''] = doomed[0]?.split(' ') ?? [];
  const { outbox, conversations } = client.getState();
  const isThere = conversations[conv]?.items.some(({ id }) => id === key);
  if (!isThere || outbox.some(({ input }) => input.id === key)) return;
  doomed.shift();
  client.deleteMessage(conv, key);
}

/** What was refused for good waits for the visitor, not for the relay. */
const unsentOf = ({ outbox }: State) => outbox.filter(({ state }) => state !== 'failed');

const isWhole = (state: State, id: string, head: number): boolean => {
  const stream = state.conversations[id]?.stream;
  return state.status === 'online' && stream?.phase === 'live' && stream.head >= head;
};

/** Scrolls up to the first message, then tells the screen from top to bottom. */
async function tellAll(seat: Seat, client: Client, id: string): Promise<void> {
  const { history, mutant } = seat.stage;
  const read = () => client.getState().conversations[id];
  // A broken relay need not hand out its history.
  for (let i = 0; (read()?.low ?? 1) > 1 && i < 1000; i += 1) await client.loadOlder(id);
  const items = [...(read()?.items ?? [])].filter(({ kind }) => kind === 'message');
  if (mutant === 'M10') items.sort((a, b) => a.time - b.time);
  history.add({ f: 'screen', proc: procOf(seat), conv: id, keys: items.map((item) => item.id) });
  // The first life told everything as it came; a later one began in the middle.
  if (seat.life === 1) return;
  for (const item of items)
    if (item.kind === 'message')
      history.add({
        ...{ f: 'deliver', proc: procOf(seat), conv: id, key: item.id, at: item.pub },
        ...{ text: item.text, epoch: read()?.stream?.epoch ?? '' },
      });
}

/** A visitor with the widget's own client, without its screen. */
export function createVisitor(site: string, stage: Stage): Player {
  const { history } = stage;
  const seat: Seat = {
    ...{ stage, site, person: 1, life: 1, n: 0 },
    ...{ mine: [], doomed: [], texts: new Map(), bringing: 0 },
  };
  const wire = watchWire(
    {
      proc: () => procOf(seat),
      name: () => nameOf(seat),
      textOf: (message) => seat.texts.get(message) ?? '',
    },
    stage,
  );

  const born = (): Client => {
    const made = createClient({ relay: stage.relay, site, origin: ORIGIN }, wire.open);
    if (seat.life === 1) watchScreen(made, procOf(seat), stage);
    for (const id of seat.mine) made.follow(id);
    made.start();
    return made;
  };
  let client = born();

  function reload(): void {
    client.stop();
    history.add({ f: 'close', proc: procOf(seat) });
    seat.life += 1;
    client = born();
  }

  return {
    act(random) {
      if (unsentOf(client.getState()).length < UNSENT_MAX) write(seat, client, random);
      if (random.chance(0.004) && seat.mine.length > 0) void show(seat, () => client, random);
      if (random.chance(0.02)) erase(seat, client);
      if (random.chance(0.01) && seat.mine.length > 0) client.markRead(random.pick(seat.mine));
      if (random.chance(0.0015)) wire.cut();
      if (random.chance(0.0006)) reload();
    },
    nudge: () => client.nudge(),
    vanish() {
      client.stop();
      client.logout();
      client.stop();
      for (let life = 1; life <= seat.life; life += 1)
        history.add({ f: 'close', proc: `${nameOf(seat)}#${life}` });
      Object.assign(seat, { person: seat.person + 1, life: 1, mine: [], doomed: [] });
      client = born();
    },
    restart() {
      seat.mine = seat.mine.filter((id) => stage.conversations.has(id));
      reload();
    },
    describe: () => {
      const { status, outbox, conversations } = client.getState();
      const streams = seat.mine.map((id) => ({
        id,
        ...conversations[id]?.stream,
        held: undefined,
      }));
      return { proc: procOf(seat), status, outbox: outbox.slice(0, 3), streams };
    },
    isCaughtUp: (heads) =>
      unsentOf(client.getState()).length + seat.bringing === 0 &&
      seat.mine.every((id) => isWhole(client.getState(), id, heads.get(id)?.pub ?? 0)),
    finish: async () => {
      for (const id of seat.mine) await tellAll(seat, client, id);
      await fetchAll((...asked) => client.ask(...asked), procOf(seat), stage);
    },
    stop: () => client.stop(),
  };
}
