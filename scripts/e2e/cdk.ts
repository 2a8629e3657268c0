import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, runQuietly } from './child.ts';
import { ACCOUNT, type Cloud, REGION } from './cloud.ts';

export interface Outputs {
  readonly Url: string;
  readonly TableName: string;
  readonly BucketName: string;
}

/** What `-c` gives the app: docs/deploying.md lists it. `name` is also the stack's. */
export type Context = Readonly<Record<string, string>> & { readonly name: string };

/** The CDK's command line, with this project's app. */
export class Cdk {
  readonly #cloud: Cloud;
  readonly #folder: string;
  readonly #signal: AbortSignal;

  constructor(options: { cloud: Cloud; folder: string; signal: AbortSignal }) {
    this.#cloud = options.cloud;
    this.#folder = options.folder;
    this.#signal = options.signal;
  }

  async bootstrap(): Promise<void> {
    await this.#run(['bootstrap', `aws://${ACCOUNT}/${REGION}`]);
  }

  /** Deploys, and tells whether there was something to change. */
  async deploy(context: Context): Promise<{ outputs: Outputs; hasChanged: boolean }> {
    const file = join(this.#folder, `${context.name}.json`);
    const args = ['deploy', '--require-approval', 'never', '--outputs-file', file];
    const output = await this.#run([...args, ...this.#app(context)]);
    const all = JSON.parse(await readFile(file, 'utf8')) as Record<string, Outputs>;
    const outputs = all[context.name];
    if (outputs === undefined) throw new Error(`cdk deploy gave no outputs of ${context.name}:\n${output}`);
    return { outputs, hasChanged: !output.includes('(no changes)') };
  }

  /** @throws Error with the differences between what is deployed and what would be. */
  async expectNoDifference(context: Context): Promise<void> {
    await this.#run(['diff', '--fail', ...this.#app(context)]);
  }

  async destroy(context: Context): Promise<void> {
    await this.#run(['destroy', '--force', ...this.#app(context)]);
  }

  #app(context: Context): string[] {
    const given = Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    return ['--output', join(this.#folder, 'cdk.out'), ...given];
  }

  async #run(args: readonly string[]): Promise<string> {
    const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
    const quiet = ['--no-notices', '--no-version-reporting', '--ci'];
    const env = {
      ...this.#cloud.env,
      CDK_HOME: join(this.#folder, 'cdk-home'),
      CDK_DISABLE_VERSION_CHECK: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    };
    const { output } = await runQuietly({ args: [cdk, ...args, ...quiet], env, signal: this.#signal });
    return output;
  }
}
