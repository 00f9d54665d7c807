type Listener = (...args: unknown[]) => void;

/**
 * Stands in for @socket.io/component-emitter in the SDK's build, with what socket.io's client calls of it
 * (decision 0011). Listeners are called as the emitter's own, those that were there when it began.
 */
export class Emitter {
  private heard = new Map<string, Listener[]>();

  on(name: string, listener: Listener): this {
    this.heard.set(name, [...(this.heard.get(name) ?? []), listener]);
    return this;
  }

  /** Without a listener: all of that name; without a name: all. */
  off(name?: string, listener?: Listener): this {
    if (name === undefined) this.heard.clear();
    else
      this.heard.set(
        name,
        (this.heard.get(name) ?? []).filter((one) => listener && one !== listener),
      );
    return this;
  }

  /** Past those who make `emit` something else. */
  emitReserved(name: string, ...args: unknown[]): this {
    for (const listener of this.heard.get(name) ?? []) listener.apply(this, args);
    return this;
  }

  emit(name: string, ...args: unknown[]): unknown {
    return this.emitReserved(name, ...args);
  }
}
