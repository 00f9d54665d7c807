/** With what a tool is called, one name a line; what is no object stands there as it is. */
export function argumentsOf(json: string): [name: string, value: string][] {
  try {
    const given: unknown = JSON.parse(json);
    if (typeof given === 'object' && given !== null && !Array.isArray(given))
      return Object.entries(given).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
  } catch {
    // Not JSON: shown letter for letter.
  }
  return [['', json]];
}
