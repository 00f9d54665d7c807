/** Where the panel covers the page: Tab goes round inside it. Beside a page it leads out as usual. */
export function keepFocus(event: KeyboardEvent, panel: HTMLElement | null): void {
  const place = panel?.parentElement;
  if (event.key !== 'Tab' || !place || getComputedStyle(place).position !== 'fixed') return;
  const stops = [
    ...panel.querySelectorAll<HTMLElement>('button, textarea, a[href], [tabindex="0"]'),
  ].filter((element) => !element.hasAttribute('disabled'));
  const first = stops[0];
  const last = stops.at(-1);
  const at = (panel.getRootNode() as ShadowRoot).activeElement;
  if (event.shiftKey ? at !== first && at !== panel : at !== last) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
