// Loaded before a program: its clock is CLOCK_OFF_MS off, and a year and a month back at SIGUSR2. No test itself.
const Right = Date;
let offMs = Number(process.env.CLOCK_OFF_MS);

class Off extends Right {
  static override now(): number {
    return Right.now() + offMs;
  }

  constructor(...args: []) {
    // Typed as if there were none; what is given goes on as it is.
    super(...((args.length > 0 ? args : [Off.now()]) as []));
  }
}

globalThis.Date = Off as DateConstructor;
process.on('SIGUSR2', () => {
  offMs -= 396 * 86_400_000;
  process.stderr.write('the clock is set back\n');
});
