/** A promise that is broken, in plain words. */
export class Violation extends Error {
  override readonly name = 'Violation';
}
