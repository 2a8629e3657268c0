import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BrokerProcess } from './broker-process.ts';
import { CeilingMeter } from './ceilings.ts';
import { GeneratorProcess } from './generator-process.ts';
import { ServerProcess } from './server-process.ts';
import type { Settings } from './settings.ts';

/** On the disk of the checkout, because the folder for temporary files is often memory. */
export const RESULTS_FOLDER = fileURLToPath(new URL('./results', import.meta.url));
export const BARE_SERVER = fileURLToPath(new URL('./bare-server.ts', import.meta.url));

/** What a scenario measures with. */
export class Bench {
  readonly settings: Settings;
  readonly generator: GeneratorProcess;
  readonly bare: ServerProcess;
  readonly ceilings: CeilingMeter;
  readonly folder: string;
  readonly #profileFolder: string | undefined;

  private constructor(parts: {
    settings: Settings;
    generator: GeneratorProcess;
    bare: ServerProcess;
    folder: string;
    profileFolder: string | undefined;
  }) {
    this.settings = parts.settings;
    this.generator = parts.generator;
    this.bare = parts.bare;
    this.folder = parts.folder;
    this.#profileFolder = parts.profileFolder;
    this.ceilings = new CeilingMeter(parts);
  }

  static async start(settings: Settings, profileFolder: string | undefined): Promise<Bench> {
    await mkdir(RESULTS_FOLDER, { recursive: true });
    const folder = await mkdtemp(join(RESULTS_FOLDER, 'run-'));
    const bare = await ServerProcess.start({ args: [BARE_SERVER], logFile: join(folder, 'servers.log') });
    return new Bench({ settings, generator: new GeneratorProcess(), bare, folder, profileFolder });
  }

  /** An empty folder for `use`, removed afterwards. */
  async withDataFolder<Result>(use: (dataFolder: string) => Promise<Result>): Promise<Result> {
    const dataFolder = await mkdtemp(join(this.folder, 'data-'));
    try {
      return await use(dataFolder);
    } finally {
      await rm(dataFolder, { recursive: true, force: true });
    }
  }

  get logFile(): string {
    return join(this.folder, 'servers.log');
  }

  startBroker(dataFolder: string, overrides: readonly string[] = []): Promise<BrokerProcess> {
    const { logFile } = this;
    return BrokerProcess.start({ dataFolder, logFile, profileFolder: this.#profileFolder, overrides });
  }

  /** A broker of its own for `use`, with an empty data folder and these configs (`name=value`). */
  withBroker<Result>(
    use: (broker: BrokerProcess, dataFolder: string) => Promise<Result>,
    overrides: readonly string[] = [],
  ): Promise<Result> {
    return this.withDataFolder(async (dataFolder) => {
      const broker = await this.startBroker(dataFolder, overrides);
      try {
        return await use(broker, dataFolder);
      } finally {
        await broker.stop();
      }
    });
  }

  async stop(): Promise<void> {
    await Promise.all([this.generator.stop(), this.bare.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
