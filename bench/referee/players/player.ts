import type { History } from '../history.ts';
import type { Mutant } from '../mutants/names.ts';
import type { Random } from '../random.ts';
import type { Bot } from './bot.ts';

/** Where every conversation stands, as the database has it: by `pub`, and by `seq`. */
export type Heads = ReadonlyMap<string, { pub: number; seq: number }>;

/** Somebody who writes, watches, loses the network and reloads. */
export interface Player {
  /** Does one random thing. */
  act(random: Random): void;
  /** Somebody looks at the page: it connects at once if it waits. */
  nudge(): void;
  /** Leaves for good, and somebody new comes: what was under way stays open. */
  vanish(): void;
  /** Reads everything anew, as after a restore: of its conversations, those that are there. */
  restart(): void;
  /** Nothing unsent, connected, and every conversation known as far as `heads` says. */
  isCaughtUp(heads: Heads): boolean;
  /** For a witness: what is still open. */
  describe(): unknown;
  /** Writes down what the screen shows at the end. */
  finish(): Promise<void>;
  stop(): void;
}

/** What everybody in the storm knows together. */
export interface Stage {
  history: History;
  relay: string;
  /** Whose each conversation is, of all that were begun so far. */
  conversations: Map<string, string>;
  /** Ids of all that were brought. */
  files: string[];
  /** How likely a frame is lost on its way to a screen. */
  lossiness: number;
  random: Random;
  bot: Bot;
  mutant: Mutant | undefined;
}

/** A person waits for an answer before they have written so much more. */
export const UNSENT_MAX = 6;

/** Whoever sits there now: persons come and go. */
export const nameOf = ({ site, person }: { site: string; person: number }): string =>
  person === 1 ? site : `${site}v${person}`;

/** Every text names the one operation it came from and, as a canary, whose conversation it is in. */
export const textOf = (proc: string, n: number, owner: string): string =>
  `${proc}/${n} ${owner}~${'·'.repeat((n * 7) % 40)}`;

/** What is to be erased later is marked, so that it is found wherever it may have stayed. */
export const doomedText = (proc: string, n: number, owner: string): string =>
  `doomed-${proc}-${n}! ${owner}~`;

export const DOOMED = /doomed-[\w#-]+?-\d+!/g;
export const doomOf = (text: string): string | undefined => text.match(DOOMED)?.[0];

const CANARY = /([\w-]+)~/g;
export const canariesIn = (text: string): string[] =>
  [...text.matchAll(CANARY)].flatMap(([, owner]) => owner ?? []);

/** Of notes, which no visitor may see. */
export const NOTE = 'note';
