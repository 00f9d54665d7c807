/** Between the relays on one log: whoever is there hears it soon, and nobody for certain. */
export interface Bus {
  send(message: object): void;
  hear(listener: (message: object) => void): void;
  /** Whether anybody says yes; nobody in time: no. */
  ask(question: object): Promise<boolean>;
  answer(listener: (question: object) => boolean): void;
}

/** Nobody else is there. */
export const ALONE: Bus = {
  send() {},
  hear() {},
  ask: async () => false,
  answer() {},
};
