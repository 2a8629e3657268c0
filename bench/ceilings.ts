import { buildBodies, type Format, type Shape } from './bodies.ts';
import { type DiskResult, runDiskLoop } from './disk.ts';
import type { GeneratorProcess } from './generator-process.ts';
import type { ServerProcess } from './server-process.ts';
import type { Settings } from './settings.ts';

/** Requests a second that each ceiling allows. */
export interface RequestCeilings {
  readonly bare: number;
  readonly json?: number;
  readonly disk?: number;
}

/** Takes ceilings: the same generator, bodies and connections, but nothing behind them. Each is taken once a run. */
export class CeilingMeter {
  readonly #generator: GeneratorProcess;
  readonly #bare: ServerProcess;
  readonly #settings: Settings;
  readonly #folder: string;
  readonly #taken = new Map<string, Promise<RequestCeilings>>();

  constructor(parts: {
    generator: GeneratorProcess;
    bare: ServerProcess;
    settings: Settings;
    folder: string;
  }) {
    this.#generator = parts.generator;
    this.#bare = parts.bare;
    this.#settings = parts.settings;
    this.#folder = parts.folder;
  }

  #once(key: unknown[], take: () => Promise<RequestCeilings>): Promise<RequestCeilings> {
    const name = JSON.stringify(key);
    const taken = this.#taken.get(name) ?? take();
    this.#taken.set(name, taken);
    return taken;
  }

  /** Of produce requests; `answerBytes` is what the broker answers to them. */
  produce(shape: Shape, connections: number, answerBytes: number): Promise<RequestCeilings> {
    return this.#once(['produce', shape, connections], async () => {
      const bare = await this.#post('plain', shape, connections, answerBytes);
      const disk = this.#disk(shape, connections);
      if (shape.format === 'recordbatch') return { bare, disk };
      return { bare, json: await this.#post('parse', shape, connections, answerBytes), disk };
    });
  }

  /** Of fetches whose answers have so many bytes and records. */
  fetch(
    answer: { format: Format; bytes: number; records: number; recordBytes: number },
    connections: number,
  ): Promise<RequestCeilings> {
    return this.#once(['fetch', answer, connections], async () => {
      const bare = await this.#get(`/serve/${answer.bytes}`, connections);
      if (answer.format === 'recordbatch') return { bare };
      return {
        bare,
        json: await this.#get(`/stringify/${answer.records}/${answer.recordBytes}`, connections),
      };
    });
  }

  /** One group of `bodies` written and fsynced, one body at a time. */
  syncOneBody(shape: Shape): DiskResult {
    return this.#loop(shape, 1, 'append');
  }

  async #post(
    mode: 'plain' | 'parse',
    shape: Shape,
    connections: number,
    answerBytes: number,
  ): Promise<number> {
    const { requests, seconds } = await this.#generator.run('produce', {
      server: { url: this.#bare.url, pid: this.#bare.pid },
      topic: 'ceiling',
      partitions: 1,
      shape,
      connections,
      extent: this.#settings.ceilingExtent,
      check: 'status',
      pathPrefix: `/${mode}/${answerBytes}`,
    });
    return requests / seconds;
  }

  async #get(path: string, connections: number): Promise<number> {
    const { requests, seconds } = await this.#generator.run('get', {
      server: { url: this.#bare.url, pid: this.#bare.pid },
      path,
      connections,
      extent: this.#settings.ceilingExtent,
    });
    return requests / seconds;
  }

  /** The faster of the two ways to write; one group is what all connections together have in the air. */
  #disk(shape: Shape, connections: number): number {
    const append = this.#loop(shape, connections, 'append');
    const file = this.#loop(shape, connections, 'file');
    return Math.max(append.bodiesPerSecond, file.bodiesPerSecond);
  }

  #loop(shape: Shape, bodiesPerSync: number, style: 'append' | 'file'): DiskResult {
    const [body] = buildBodies(shape, 1, 1);
    if (body === undefined) throw new Error('one body was asked for');
    const { durationMs } = this.#settings.ceilingExtent;
    return runDiskLoop({ folder: this.#folder, style, body: body.bytes, bodiesPerSync, durationMs });
  }
}
