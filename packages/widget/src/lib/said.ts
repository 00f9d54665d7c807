/** What an element says to us: `data-throughline-hide-launcher="x"` is `{ hideLauncher: 'x' }`. */
export function saidBy({ dataset }: Partial<Pick<HTMLElement, 'dataset'>>): Record<string, string> {
  const said: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(dataset ?? {}))
    if (name.startsWith('throughline'))
      said[name.charAt(11).toLowerCase() + name.slice(12)] = value;
  return said;
}
