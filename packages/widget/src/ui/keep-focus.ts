/** Where the panel covers the page: Tab goes round inside it. Beside a page it leads out as usual. */
export function keepFocus(event: KeyboardEvent, panel: HTMLElement | null): void {
  if (event.key !== 'Tab' || !panel || !matchMedia('(max-width: 479px)').matches) return;
  const stops = [
    ...panel.querySelectorAll<HTMLElement>(
      'button, textarea, input, select, a[href], [tabindex="0"]',
    ),
  ].filter((element) => !element.hasAttribute('disabled'));
  const first = stops[0];
  const last = stops.at(-1);
  const at = (panel.getRootNode() as ShadowRoot).activeElement;
  if (event.shiftKey ? at !== first && at !== panel : at !== last) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
