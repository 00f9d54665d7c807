/** Stands in for engine.io-client's other transports, which the SDK does not use (decision 0005). */
export const XHR = undefined;
export const Fetch = undefined;
export const WT = undefined;
