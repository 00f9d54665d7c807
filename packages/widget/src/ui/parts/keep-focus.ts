/** Some buttons are not for every screen. Older browsers cannot say, and count them all. */
const isDrawn = (element: Element): boolean => element.checkVisibility?.() !== false;

/** Tab goes round inside of the panel. */
export function keepFocus(event: KeyboardEvent, panel: HTMLElement): void {
  if (event.key !== 'Tab') return;
  const stops = [
    ...panel.querySelectorAll<HTMLElement>(
      'button, input, select, textarea, a[href], [tabindex="0"]',
    ),
  ].filter((element) => !element.hasAttribute('disabled') && isDrawn(element));
  const first = stops[0];
  const last = stops.at(-1);
  const at = (panel.getRootNode() as ShadowRoot).activeElement;
  if (event.shiftKey ? at !== first && at !== panel : at !== last) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
