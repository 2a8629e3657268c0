import { Recorder } from '../../simulation/history/recorder.ts';

const EVERY = 7;
/** More than an item of the metadata store takes along: such a request's records go to the object store. */
const LENGTH = 12_000;

/** Some of its values are large. */
export class LargeValueRecorder extends Recorder {
  #values = 0;

  override freshValues(count: number): string[] {
    return super.freshValues(count).map((value) => {
      this.#values += 1;
      return this.#values % EVERY === 0 ? value.padEnd(LENGTH, '.') : value;
    });
  }
}

/** A text that tells of such values, as short as one that tells of others. */
export const withoutPadding = (text: string): string => text.replaceAll(/\.{9,}/g, '…');
