import { KafkaError } from '../../kafka/errors.ts';

/** Whether something that was sent, and had no answer, may stand or come to stand. */
export class Doubt {
  mayStand = false;
}

/**
 * Does the work. While something of it may stand of which nobody heard, no error that says that it was not done may go
 * out: it is REQUEST_TIMED_OUT then.
 */
export async function inDoubt<Result>(
  what: string,
  work: (doubt: Doubt) => Promise<Result>,
): Promise<Result> {
  const doubt = new Doubt();
  try {
    return await work(doubt);
  } catch (error) {
    if (!doubt.mayStand) throw error;
    const reason = error instanceof Error ? ` (${error.message})` : '';
    throw new KafkaError('REQUEST_TIMED_OUT', `Whether ${what} cannot be told${reason}. Ask, or try again.`, {
      cause: error,
    });
  }
}
