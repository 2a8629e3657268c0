/** Tells on stderr that requests fail and are repeated, and that they are answered again: once each time. */
export class Outage {
  #isTold = false;

  readonly begin = ({ message }: Error): void => {
    if (!this.#isTold) process.stderr.write(`rivulet: ${message.replace(/\.$/, '')}; trying again\n`);
    this.#isTold = true;
  };

  end(): void {
    if (this.#isTold) process.stderr.write('rivulet: the broker answers again\n');
    this.#isTold = false;
  }
}
