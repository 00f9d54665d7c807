import type { ViewStore } from './context.ts';

interface Source {
  files: FileList | null;
  types?: readonly string[];
}

/** What is copied from an office program comes as words, and as a picture of them. */
const isTable = ({ types = [] }: Source): boolean =>
  types.includes('text/plain') && types.includes('text/html');

/** Takes the files of what was dropped, pasted or chosen; words are left to the field. */
export function pick(view: ViewStore, event: Event, from: Source | null): void {
  const files = from?.files;
  if (!from || !files?.length || !view.getState().site?.files || isTable(from)) return;
  event.preventDefault();
  view.setState({ picked: [...files] });
}
