import { CommanderError } from 'commander';
import { CliError, exitCode } from './cli-error.ts';
import { makeProgram } from './program.ts';
import { endWithoutReader } from './stdout.ts';

/**
 * Runs one command line, without the program's own name.
 *
 * @returns the exit code. What went wrong stands on stderr, in one line.
 */
export async function run(args: readonly string[]): Promise<number> {
  endWithoutReader();
  try {
    await makeProgram().parseAsync(args, { from: 'user' });
    return exitCode.ok;
  } catch (error) {
    // Commander has written its own line, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    if (error instanceof CliError) {
      process.stderr.write(`rivulet: ${error.message}\n`);
      return error.exitCode;
    }
    throw error;
  }
}
