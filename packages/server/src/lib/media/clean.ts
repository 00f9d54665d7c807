/** A picture as far as its headers tell; nothing is decoded. */
export interface Picture {
  width: number;
  height: number;
  /** What is left of it without what it tells about place, camera and software. */
  parts: Uint8Array[];
}

/** Undefined, or a `RangeError`: it is damaged, or none. */
export type Clean = (bytes: Buffer) => Picture | undefined;

/** No picture has more; a file of nothing but headers would keep us busy. */
export const PARTS_MAX = 50_000;
