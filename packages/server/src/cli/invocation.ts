/** One call of the CLI: what a command may look at, and where it says what it did. */
export interface Invocation {
  env: Record<string, string | undefined>;
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  print(line: string): void;
}
