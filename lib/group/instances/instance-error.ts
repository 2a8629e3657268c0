/** What went wrong with an instance, in Confluent's words; Kafka has none, because its instances live in its clients. */
export type InstanceProblem =
  /** There is none of this name, or it was idle for too long. */
  | 'NOT_FOUND'
  /** Another one of the group has this name. */
  | 'NAME_TAKEN'
  /** It is not in the state that this asks for (Java's IllegalStateException). */
  | 'ILLEGAL_STATE'
  /** The answer was asked for in another format than the instance's. */
  | 'FORMAT_MISMATCH';

/** An expected outcome that the client has to hear of, and that no Kafka error names. */
export class InstanceError extends Error {
  override readonly name = 'InstanceError';
  readonly problem: InstanceProblem;

  constructor(problem: InstanceProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

export const illegalState = (message: string): InstanceError => new InstanceError('ILLEGAL_STATE', message);
