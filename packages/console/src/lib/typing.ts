/** Whether a key belongs to an input method: Safari tells of its last Enter only by the old code. */
export const isComposing = (event: { isComposing: boolean; keyCode?: number }): boolean =>
  event.isComposing || event.keyCode === 229;
