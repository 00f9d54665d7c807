/** Long enough for a tab in the background, whose timers are slow, to find the lock taken. */
const HOLD_MS = 4000;
/** The tab somebody looks at goes first. */
const POLITE_MS = 200;
const PEAK = 0.06;

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/**
 * A tone in one of the tabs, if any: silent where the visitor is looking at the chat, and before they
 * have touched the page.
 */
export async function ring(message: string, isLooking: boolean, isWanted: boolean): Promise<void> {
  const may = isWanted && navigator.userActivation?.hasBeenActive;
  if (!isLooking && !may) return;
  if (!document.hasFocus()) await wait(POLITE_MS);
  const lock = `throughline:${message}`;
  await navigator.locks?.request(lock, { ifAvailable: true }, async (mine) => {
    if (!mine) return;
    if (!isLooking) playTone();
    await wait(HOLD_MS);
  });
}

/** Two soft notes, made here: there is no file to load. */
function playTone(): void {
  const audio = new AudioContext();
  const start = audio.currentTime;
  for (const [i, hz] of [660, 880].entries()) {
    const at = start + i * 0.12;
    const volume = audio.createGain();
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(PEAK, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.4);
    const note = audio.createOscillator();
    note.frequency.value = hz;
    note.connect(volume).connect(audio.destination);
    note.start(at);
    note.stop(at + 0.4);
    if (i === 1) note.onended = () => void audio.close();
  }
}
