import type { Page } from 'playwright-core';
import { launchBrowser } from '../../demo/test/browser.ts';
import { type Bench, median, type Report, round } from '../figures.ts';
import { write } from '../relay/clients.ts';
import { type Measured, startMeasured } from '../relay/process.ts';
import { type HostPage, openHostPage } from './host-page.ts';
import { ask, install, type Told } from './probe.ts';

const ROUNDS = 11;
const SLOWER = 4;
/** Long enough for everything a browser does as it starts: two cores do it beside the page, or before it. */
const START_MS = 2000;
/** Long enough for everything a page does by itself. */
const REST_MS = 2500;
const MESSAGES = 1000;
const ARRIVALS = 10;
const CYCLES = 100;
const LOOKS = 10;

const networks = {
  loopback: undefined,
  slow: { latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 },
} as const;
type Network = keyof typeof networks;

interface Visit {
  path: '/empty' | '/bare' | '/chat';
  network?: Network;
  slower?: number;
}

interface Stage {
  relay: Measured;
  host: HostPage;
}

/** A new browser with a new profile on a page, slowed down. */
async function visit<T>(
  { host }: Stage,
  { path, network = 'loopback', slower = SLOWER }: Visit,
  look: (page: Page) => Promise<T>,
): Promise<T> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
    const limits = networks[network];
    if (limits)
      await devtools.send('Network.emulateNetworkConditions', { offline: false, ...limits });
    await install(page, path !== '/empty');
    await page.waitForTimeout(START_MS);
    await page.goto(host.origin + path);
    return await look(page);
  } finally {
    await browser.close();
  }
}

const rest = async (page: Page): Promise<Told> => {
  await page.waitForTimeout(REST_MS);
  return ask(page);
};

interface Opened extends Told {
  /** Asked for by the page's load, and until one can type. */
  requests: { load: number; open: number };
}

/** Loads the page, moves to the button, waits until nothing is fetched any more, and clicks. */
async function openChat(page: Page): Promise<Opened> {
  const before = await rest(page);
  const load = await page.evaluate(
    () =>
      performance.getEntriesByType('resource').filter(({ name }) => name.includes('/sdk/')).length,
  );
  const button = page.locator('throughline-widget button').first();
  await button.hover();
  await page.waitForTimeout(1500);
  await button.click();
  await page.waitForFunction(() => (window as unknown as { told: Told }).told.files > 0);
  const { inputMs, files } = await ask(page);
  return { ...before, inputMs, requests: { load, open: files - load } };
}

async function measureImpact(stage: Stage, report: Report, network: Network): Promise<void> {
  const empty: Told[] = [];
  const bare: Opened[] = [];
  const chat: Opened[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    empty.push(await visit(stage, { path: '/empty', network }, rest));
    bare.push(await visit(stage, { path: '/bare', network }, openChat));
    chat.push(await visit(stage, { path: '/chat', network }, openChat));
  }
  const of = <K extends keyof Told>(list: Told[], key: K) => median(list.map((told) => told[key]));
  const suffix = network === 'slow' ? '_slow' : '';
  const where = network === 'slow' ? ', 1.6 Mbit/s and 150 ms' : '';
  const setting = `medians of ${ROUNDS}, each in a new browser ${SLOWER}× slower${where}`;
  report({
    metric: `launcher_visible_vs_empty${suffix}`,
    value: round(of(chat, 'visibleMs') / of(empty, 'visibleMs')),
    unit: '×',
    goal: 1.2,
    floor: round(of(bare, 'visibleMs') / of(empty, 'visibleMs')),
    setting: `${round(of(chat, 'visibleMs'), 0)} and ${round(of(empty, 'visibleMs'), 0)} ms, ${setting}`,
  });
  report({
    metric: `blocking_over_empty_ms${suffix}`,
    value: round(of(chat, 'blockingMs') - of(empty, 'blockingMs'), 1),
    unit: 'ms',
    goal: 5,
    floor: round(of(bare, 'blockingMs') - of(empty, 'blockingMs'), 1),
    setting,
  });
  report({
    metric: `click_to_input_ms${suffix}`,
    value: round(of(chat, 'inputMs'), 0),
    unit: 'ms',
    goal: 100,
    floor: round(of(bare, 'inputMs'), 0),
    setting: `the chunk fetched on hover, ${setting}`,
  });
  if (network === 'slow') return;
  const worst = (values: number[]) => Math.max(...values);
  const unit = 'requests';
  report({
    metric: 'layout_shift',
    value: worst(chat.map(({ shift }) => shift)),
    unit: '',
    goal: 0,
    setting: 'the worst',
  });
  report({
    metric: 'load_requests',
    value: worst(chat.map(({ requests }) => requests.load)),
    unit,
    goal: 1,
    setting: 'files of the SDK at load',
  });
  report({
    metric: 'open_requests',
    value: worst(chat.map(({ requests }) => requests.open)),
    unit,
    goal: 2,
    setting: 'more files of the SDK until one can type',
  });
}

type Sdk = (...call: unknown[]) => unknown;

const conversationOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { Throughline } = window as unknown as { Throughline: Sdk };
    const { conversations } = Throughline('getState') as { conversations: { id: string }[] };
    return conversations[0]?.id ?? '';
  });

/** A visitor who wrote once, and an agent who answered very often. */
async function fill(page: Page, relay: Measured): Promise<void> {
  await page.locator('throughline-widget button').first().click();
  await page.locator('throughline-widget textarea').fill('Hello');
  await page.keyboard.press('Enter');
  await page.getByText('Sent').waitFor();
  const texts = Array.from(
    { length: MESSAGES },
    (_, i) => `Message ${i}: ${'word '.repeat(i % 20)}`,
  );
  await write(relay, await conversationOf(page), texts);
  await page.locator('.bubble', { hasText: `Message ${MESSAGES - 1}:` }).waitFor();
}

/** The processor's time a page spends on a message that arrives: what else the machine does counts little. */
async function costOfArrival(page: Page, { relay }: Stage): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spentMs = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  const conversation = await conversationOf(page);
  const before = await spentMs();
  for (let i = 0; i < ARRIVALS; i++) {
    await write(relay, conversation, [`Arrival ${i}`]);
    await page.locator('.bubble', { hasText: `Arrival ${i}` }).waitFor();
  }
  return ((await spentMs()) - before) / ARRIVALS;
}

async function measureThread(stage: Stage, report: Report): Promise<void> {
  const { interactionMs, arrivalMs } = await visit(
    stage,
    { path: '/chat', slower: 1 },
    async (page) => {
      await fill(page, stage.relay);
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
      await page.evaluate(() => {
        (window as unknown as { told: Told }).told.interactionMs = 0;
      });
      await page.keyboard.type('What a person types meanwhile', { delay: 80 });
      await page.waitForTimeout(1000);
      const { interactionMs } = await ask(page);
      return { interactionMs, arrivalMs: await costOfArrival(page, stage) };
    },
  );
  const unit = 'ms';
  const setting = `with ${MESSAGES} messages in the thread, ${SLOWER}× slower`;
  report({
    metric: 'interaction_ms',
    value: round(interactionMs, 0),
    unit,
    goal: 100,
    setting: `the slowest of 29 keys ${setting}`,
  });
  report({
    metric: 'arrival_ms',
    value: round(arrivalMs, 0),
    unit,
    goal: 100,
    setting: `the processor's time for one of ${ARRIVALS} that arrive ${setting}`,
  });
}

async function measureHeap(stage: Stage, report: Report): Promise<void> {
  const growth = await visit(stage, { path: '/chat', slower: 1 }, async (page) => {
    const devtools = await page.context().newCDPSession(page);
    const cycle = (count: number) =>
      page.evaluate(
        async ({ count, site, relay }) => {
          const { Throughline } = window as unknown as { Throughline: Sdk };
          for (let i = 0; i < count; i++) {
            Throughline('init', { site, relay });
            Throughline('open');
            const shown = () =>
              document.querySelector('throughline-widget')?.shadowRoot?.querySelector('textarea');
            while (!shown()) await new Promise(requestAnimationFrame);
            Throughline('destroy');
          }
        },
        { count, site: 'bench', relay: stage.relay.url },
      );
    const heapBytes = async () => {
      // The browser's own list of what was fetched.
      await page.evaluate(() => performance.clearResourceTimings());
      await page.waitForTimeout(300);
      await devtools.send('HeapProfiler.collectGarbage');
      return (await devtools.send('Runtime.getHeapUsage')).usedSize;
    };
    await page.evaluate(() => (window as unknown as { Throughline: Sdk }).Throughline('destroy'));
    // Until everything has been compiled and every cache of the browser's is full: what grows before is
    // the compiler's code, by snapshots; no object of the widget's is among it.
    await cycle(6 * CYCLES);
    // One look at a heap is off by some per cent either way.
    const level = async () => {
      const bytes: number[] = [];
      for (let i = 0; i < LOOKS; i++) {
        await cycle(CYCLES / LOOKS / 2);
        bytes.push(await heapBytes());
      }
      return median(bytes);
    };
    const before = await level();
    await cycle(CYCLES / 2);
    return (await level()) / before - 1;
  });
  report({
    metric: 'heap_growth_percent',
    value: round(growth * 100),
    unit: '%',
    goal: 1,
    setting: `after ${CYCLES} times of putting the chat on the page, opening and removing it`,
  });
}

/** What the chat costs the page it stands on, beside the same page without it. */
export const page: Bench = async (report) => {
  const host = await openHostPage();
  const relay = await startMeasured('relay.ts', { PAGE_ORIGIN: host.origin });
  const stage = { host, relay };
  host.serve(relay.url, 'bench');
  try {
    await measureImpact(stage, report, 'loopback');
    await measureImpact(stage, report, 'slow');
    await measureThread(stage, report);
    await measureHeap(stage, report);
  } finally {
    host.close();
    await relay.stop();
  }
};
