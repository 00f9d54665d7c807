import type { Browser } from 'playwright-core';
import { bubblesOf, enter, leave, PATIENCE_MS, say, tell, tellAll } from './browser-page.ts';
import { type Seat, screenOf, watchPage } from './browser-seat.ts';
import { nameOf, type Player, type Stage, UNSENT_MAX } from './player.ts';

const LOOK_MS = 150;

interface Chair {
  browser: Browser;
  site: string;
  url: string;
}

/** Leaves for good, and somebody new comes with a browser that knows nothing. */
async function sitDown(seat: Seat, browser: Browser): Promise<void> {
  const { stage } = seat;
  for (const proc of seat.page ? [nameOf(seat), screenOf(seat)] : [])
    stage.history.add({ f: 'close', proc });
  if (seat.page) await leave(seat.page);
  await seat.page?.context().close();
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  Object.assign(seat, {
    ...{ page: await context.newPage(), person: seat.person + 1, life: 0, n: 0, isThere: false },
    ...{ draft: undefined, conv: undefined, epoch: '', head: 0, isLeaving: false },
    ...{ open: new Map(), known: new Map(), shown: '' },
  });
  watchPage(seat);
}

async function look(seat: Seat): Promise<void> {
  const texts = await bubblesOf(seat);
  const shown = texts.join('\n');
  if (shown !== seat.shown) tell(seat, texts);
  seat.shown = shown;
}

interface Person {
  /** Begins something, unless something is under way. */
  attend(act?: () => Promise<void>): void;
  /** Resolves when nothing is under way any more, nor ever will be. */
  rest(): Promise<void>;
}

/** One thing after another; whoever finds the chat gone or stuck loads the page anew. */
function createPerson(seat: Seat, browser: Browser): Person {
  let work: Promise<void> | undefined;
  let isResting = false;
  async function attempt(act: () => Promise<void>): Promise<void> {
    if (seat.isLeaving) await sitDown(seat, browser);
    if (!seat.isThere) await enter(seat);
    await act();
    await look(seat);
  }
  function attend(act: () => Promise<void> = async () => {}): void {
    if (work || isResting) return;
    work = attempt(act)
      .catch(() => {
        seat.isThere = false;
      })
      .finally(() => {
        work = undefined;
      });
  }
  const timer = setInterval(attend, LOOK_MS);
  return {
    attend,
    async rest() {
      isResting = true;
      clearInterval(timer);
      await work;
    },
  };
}

/** The real widget on a page in a real browser: typed into, looked at, and loaded anew. */
export function createBrowserVisitor({ browser, site, url }: Chair, stage: Stage): Player {
  const seat = { stage, site, url, person: 0, isLeaving: true, open: new Map() } as unknown as Seat;
  const { attend, rest } = createPerson(seat, browser);
  return {
    act(random) {
      if (seat.open.size < UNSENT_MAX) attend(() => say(seat, random));
    },
    nudge: () =>
      void seat.page?.evaluate(() => window.dispatchEvent(new Event('focus'))).catch(() => {}),
    vanish() {
      seat.isLeaving = true;
    },
    restart() {
      Object.assign(seat, { isThere: false, head: 0 });
      if (seat.conv && !stage.conversations.has(seat.conv)) seat.isLeaving = true;
    },
    isCaughtUp: (heads) =>
      seat.isThere &&
      seat.open.size === 0 &&
      (seat.conv === undefined || seat.head >= (heads.get(seat.conv)?.pub ?? 0)),
    describe: () => ({ ...seat, stage: undefined, page: undefined, known: seat.known?.size }),
    async finish() {
      await rest();
      await tellAll(seat);
    },
    stop: () => void rest(),
  };
}
