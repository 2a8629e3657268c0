import { fileURLToPath } from 'node:url';
import { type MemoryUsage, memoryUsage } from './process-usage.ts';
import { ServerProcess } from './server-process.ts';

/** As `npm start` has them. */
const NODE_ARGS = ['--max-semi-space-size=8'];
const ENTRY = fileURLToPath(new URL('../lib/cli/bin.js', import.meta.url));

export interface BrokerOptions {
  readonly dataFolder: string;
  readonly logFile: string;
  /** Where to leave a CPU profile when it ends. */
  readonly profileFolder?: string | undefined;
  /** Broker configs, each as `name=value`. */
  readonly overrides?: readonly string[];
}

/** The broker under measurement, started as its users start it. */
export class BrokerProcess {
  readonly #server: ServerProcess;
  readonly url: string;
  readonly pid: number;

  private constructor(server: ServerProcess) {
    this.#server = server;
    this.url = server.url;
    this.pid = server.pid;
  }

  static async start({
    dataFolder,
    logFile,
    profileFolder,
    overrides = [],
  }: BrokerOptions): Promise<BrokerProcess> {
    const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
    const configs = overrides.flatMap((override) => ['--override', override]);
    const start = [ENTRY, 'start', '--port', '0', '--data', dataFolder, ...configs];
    return new BrokerProcess(
      await ServerProcess.start({ args: [...NODE_ARGS, ...profiling, ...start], logFile }),
    );
  }

  /** @throws Error with the broker's answer when it refuses. */
  async createTopic(name: string, partitionCount: number): Promise<void> {
    const clusters = await fetch(`${this.url}/v3/clusters`);
    const { data } = (await clusters.json()) as { data: { cluster_id: string }[] };
    const response = await fetch(`${this.url}/v3/clusters/${data[0]?.cluster_id}/topics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ topic_name: name, partitions_count: partitionCount }),
    });
    if (!response.ok) throw new Error(`creating a topic: ${response.status} ${await response.text()}`);
  }

  memory(): MemoryUsage {
    return memoryUsage(this.pid);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
