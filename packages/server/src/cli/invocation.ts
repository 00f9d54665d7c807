import type { ParseArgsOptionsConfig } from 'node:util';

/** One call of the CLI: what a command may look at, and where it says what it did. */
export interface Invocation {
  env: Record<string, string | undefined>;
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  print(line: string): void;
}

/** A call whose data goes to a screen, a file or another program, and nothing else with it. */
export interface Call extends Invocation {
  /** What stands behind the command's name. */
  words: string[];
  /** Says something beside the data. */
  note(line: string): void;
  /** How wide the screen is; undefined: what is printed goes somewhere else. */
  columns: number | undefined;
}

export interface Command {
  about: string;
  /** Its options and words, as the usage shows them. */
  takes?: string;
  options: ParseArgsOptionsConfig;
  /** How many words it takes behind its name. */
  words?: number;
  run(call: Call): Promise<number>;
}
