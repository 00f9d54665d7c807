import type { ErrorCode, Finding } from '@throughline/shared';

/** Something the client may know about: becomes an answer in `gateway/` and nowhere else. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** All that is wrong with a document. */
  readonly findings: Finding[] | undefined;

  constructor(
    code: ErrorCode,
    options?: { cause?: unknown; detail?: string; findings?: Finding[] },
  ) {
    super(options?.detail ? `${code}: ${options.detail}` : code, { cause: options?.cause });
    this.name = 'AppError';
    this.code = code;
    this.findings = options?.findings;
  }
}

/** The process cannot run; its message is one sentence for the person who started it. */
export class StartupError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StartupError';
  }
}

/** The command line asks for something there is not; nothing was done. */
export class UsageError extends StartupError {}

/** Another relay does now what this one was about to do. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor() {
    super('another relay leads now');
  }
}
