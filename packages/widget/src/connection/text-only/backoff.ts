/**
 * Stands in for socket.io-client's own back-off, which the SDK does not use: when to connect again is
 * decided by the connection machine (decision 0005).
 */
export class Backoff {
  reset(): void {}
  setMin(): void {}
  setMax(): void {}
  setJitter(): void {}
}
