import type { StoreCall } from './calls.ts';
import { Numbered } from './canonical.ts';
import { type OpenCall, type Reply, replay, type Script, type Standing } from './process.ts';
import type * as Subject from './subject.ts';

/** An open call, with the number that all calls have which ask the same. */
export interface NumberedCall extends OpenCall {
  readonly number: number;
}

/** A process after certain answers: what it waits for, and what it told so far. */
export interface ProcessNode extends Standing {
  /** No other node of any process has it. */
  readonly id: number;
  readonly process: number;
  readonly calls: readonly NumberedCall[];
}

interface GrownNode extends ProcessNode {
  readonly parent: GrownNode | undefined;
  readonly reply: Reply | undefined;
  readonly children: Map<number, GrownNode>;
}

/** So that a place and an answer's number make one number. */
const ANSWERS_MAX = 2 ** 32;

/**
 * Everything that the processes can come to, found by running them: a process is run for each sequence of answers
 * once, however many states of the whole it stands in. Ends at which the same was told are one node.
 */
export class ProcessTree {
  readonly calls = new Numbered<StoreCall>();
  readonly #subject: typeof Subject;
  readonly #scripts: readonly Script[];
  readonly #ends = new Map<string, GrownNode>();
  readonly #nodes: GrownNode[] = [];

  constructor(subject: typeof Subject, scripts: readonly Script[]) {
    this.#subject = subject;
    this.#scripts = scripts;
  }

  get size(): number {
    return this.#nodes.length;
  }

  node(id: number): ProcessNode {
    return this.#grown(id);
  }

  /** Where a process stands before it has asked for anything. */
  root(process: number): Promise<ProcessNode> {
    return this.#grow(process, undefined, undefined);
  }

  /** Where it stands after one more answer, if that is known already. */
  known(id: number, place: number, answerNumber: number): ProcessNode | undefined {
    return this.#grown(id).children.get(place * ANSWERS_MAX + answerNumber);
  }

  /** Where it stands after one more answer. */
  async after(id: number, reply: Reply, answerNumber: number): Promise<ProcessNode> {
    const parent = this.#grown(id);
    const node = await this.#grow(parent.process, parent, reply);
    parent.children.set(reply.place * ANSWERS_MAX + answerNumber, node);
    return node;
  }

  #grown(id: number): GrownNode {
    const node = this.#nodes[id];
    if (node === undefined) throw new RangeError(`there is no node ${id}`);
    return node;
  }

  async #grow(process: number, parent: GrownNode | undefined, reply: Reply | undefined): Promise<GrownNode> {
    const script = this.#scripts[process];
    if (script === undefined) throw new RangeError(`there is no process ${process}`);
    const replies = reply === undefined ? [] : [reply];
    for (let at = parent; at?.reply !== undefined; at = at.parent) replies.push(at.reply);
    const standing = await replay(this.#subject, script, process, replies.reverse());
    const { told, thrown } = standing;
    const end = `${process}|${JSON.stringify(told)}|${String(thrown)}`;
    const isEnd = standing.calls.length === 0;
    const same = isEnd ? this.#ends.get(end) : undefined;
    if (same !== undefined) return same;
    const calls = standing.calls.map((call) => ({ ...call, number: this.calls.numberOf(call.request) }));
    const id = this.#nodes.length;
    const node = { id, process, calls, told, thrown, parent, reply, children: new Map<number, GrownNode>() };
    this.#nodes.push(node);
    if (isEnd) this.#ends.set(end, node);
    return node;
  }
}
