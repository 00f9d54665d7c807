/** A value, or one that takes a while. */
export type Soon<T> = T | PromiseLike<T>;

export const isLater = <T>(value: Soon<T>): value is PromiseLike<T> =>
  typeof (value as PromiseLike<T> | null | undefined)?.then === 'function';

/** Goes on with the value: at once where it is there, so that nothing blinks. */
export const after = <T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> =>
  isLater(value) ? value.then(next) : next(value);
