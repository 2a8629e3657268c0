/** What the process ends with; `rivulet --help` tells the same. */
export const exitCode = { ok: 0, failure: 1, usage: 2, bug: 70, interrupted: 130 } as const;

/** Ends the command with one line on stderr. The line says what to do about it. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? exitCode.failure;
  }
}
