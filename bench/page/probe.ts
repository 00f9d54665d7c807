import type { Page } from 'playwright-core';

/** What a page tells about itself; times in milliseconds since the navigation began. */
export interface Told {
  /** The frame that shows what was waited for. */
  visibleMs: number;
  /** Of each long task, what is above 50 ms. */
  blockingMs: number;
  /** Cumulative layout shift. */
  shift: number;
  /** From a click to the frame in which one can type. */
  inputMs: number;
  /** Files of the SDK asked for until then. */
  files: number;
  /** The slowest of the interactions, from the key to the frame that shows it. */
  interactionMs: number;
}

/** Runs in the page, before everything else there. */
function watch(isChat: boolean): void {
  const told: Told = {
    ...{ visibleMs: 0, blockingMs: 0, shift: 0, inputMs: 0, files: 0, interactionMs: 0 },
  };
  Object.assign(window, { told });
  const root = () => document.querySelector('throughline-widget')?.shadowRoot;
  const observe = (type: string, take: (entry: PerformanceEntry) => void, more: object = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      ...more,
    });
  observe('longtask', ({ duration }) => {
    told.blockingMs += duration - 50;
  });
  observe('layout-shift', (entry) => {
    told.shift += (entry as PerformanceEntry & { value: number }).value;
  });
  const slowest = ({ duration }: PerformanceEntry) => {
    told.interactionMs = Math.max(told.interactionMs, duration);
  };
  observe('event', slowest, { durationThreshold: 16 });
  const look = () => {
    const shown = isChat ? root()?.querySelector('button') : document.querySelector('h1');
    const isThere = (shown?.getBoundingClientRect().width ?? 0) > 0;
    requestAnimationFrame(
      isThere
        ? () => {
            told.visibleMs = performance.now();
          }
        : look,
    );
  };
  look();
  const awaitInput = (fromMs: number) => {
    const now = performance.now();
    if (root()?.activeElement?.localName !== 'textarea')
      return void requestAnimationFrame(() => awaitInput(fromMs));
    told.inputMs = now - fromMs;
    // What is still under way is told of only once it is there.
    setTimeout(() => {
      const all = performance.getEntriesByType('resource');
      told.files = all.filter((it) => it.name.includes('/sdk/') && it.startTime <= now).length;
    }, 500);
  };
  addEventListener('click', ({ timeStamp }) => awaitInput(timeStamp), {
    capture: true,
    once: true,
  });
}

export const install = (page: Page, isChat: boolean): Promise<unknown> =>
  page.addInitScript(watch, isChat);

export const ask = (page: Page): Promise<Told> =>
  page.evaluate(() => (window as unknown as { told: Told }).told);
