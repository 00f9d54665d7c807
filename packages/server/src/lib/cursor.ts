/** A place in a numbering, and the log it is in: `<epoch>.<position>`. */
export interface Cursor {
  epoch: string;
  position: number;
}

export const writeCursor = ({ epoch, position }: Cursor): string => `${epoch}.${position}`;

/** Undefined when it is none of ours. */
export function readCursor(text: string): Cursor | undefined {
  const [, epoch, position] = /^(.*)\.(0|[1-9]\d{0,14})$/.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch, position: Number(position) };
}
