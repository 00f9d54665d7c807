/** What an element says to us: `data-throughline-hide-launcher="x"` is `{ hideLauncher: 'x' }`. */
export function saidBy({ dataset = {} }: Partial<Pick<HTMLElement, 'dataset'>>) {
  const said: Record<string, string> = {};
  for (const name in dataset)
    if (name.startsWith('throughline'))
      said[name.charAt(11).toLowerCase() + name.slice(12)] = `${dataset[name]}`;
  return said;
}
