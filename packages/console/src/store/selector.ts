import type { State } from './state.ts';

/** Computes again only when one of the inputs is another: what it returns can be compared. */
export function createSelector<R>(
  inputsOf: (state: State) => readonly unknown[],
  compute: (state: State) => R,
): (state: State) => R {
  let last: { inputs: readonly unknown[]; result: R } | undefined;
  return (state) => {
    const inputs = inputsOf(state);
    const isSame =
      last?.inputs.length === inputs.length &&
      last.inputs.every((input, i) => Object.is(input, inputs[i]));
    if (!last || !isSame) last = { inputs, result: compute(state) };
    return last.result;
  };
}
