/** Errors that caused each other, and lines of a stack. */
const CAUSES_MAX = 5;
const FRAMES_MAX = 20;

export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  /** Where it was made, without the message that a stack begins with. */
  readonly stack: string;
  readonly cause?: ErrorDescription;
}

/**
 * An error as a log shows it: name, message, stack and causes, and none of its other properties. A store's errors carry
 * what stood in the store, and those of the SDK the answer that they came with: records, keys.
 */
export function describeError(error: Error, causesMax = CAUSES_MAX): ErrorDescription {
  const { name, message, stack = '', cause } = error;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name,
    // What JSON.parse says quotes what it read.
    message: name === 'SyntaxError' ? 'something that was read is not well formed' : message,
    stack: frames.slice(0, FRAMES_MAX).join('\n'),
    ...(cause instanceof Error && causesMax > 0 && { cause: describeError(cause, causesMax - 1) }),
  };
}
