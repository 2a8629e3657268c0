import { join } from 'node:path';
import type { FunctionName } from '../../../lib/cdk/gateway-routes.ts';
import { bundleFunction } from './bundle.ts';
import type { Chaos } from './chaos.ts';
import { Gateway } from './gateway.ts';
import { LambdaFunction } from './lambda-function.ts';
import { StoreGate } from './store-gate.ts';

const NAMES: readonly FunctionName[] = ['produce', 'fetch', 'consume', 'admin'];
const CALLER_ARN = 'arn:aws:iam::123456789012:user/tester';

export interface DeploymentOptions {
  /** Of aws-lambda-ric. */
  readonly runtime: string;
  /** Where the bundles go. */
  readonly folder: string;
  /** Of DynamoDB and S3. */
  readonly endpoint: string;
  readonly table: string;
  readonly bucket: string;
  readonly chaos: Chaos;
  /** How long a client waits for an answer. */
  readonly gatewayTimeoutMs: () => number;
  /** How long an invocation may take. */
  readonly functionTimeoutMs: number;
  readonly environmentsMax: number;
}

/** The functions as they are deployed, behind a gateway. */
export class Deployment implements AsyncDisposable {
  readonly functions: readonly LambdaFunction[];
  readonly #gateway: Gateway;
  readonly #gates: readonly StoreGate[];

  static async open(options: DeploymentOptions): Promise<Deployment> {
    const { folder, runtime, chaos, functionTimeoutMs: timeoutMs, environmentsMax } = options;
    const gates: StoreGate[] = [];
    const deploy = async (name: FunctionName) => {
      const deployed = new LambdaFunction({
        functionName: name,
        runtime,
        code: await bundleFunction(`functions/${name}.ts`, join(folder, name)),
        timeoutMs,
        environmentsMax,
        choose: chaos.chooser(name),
        async variables(nth, environment) {
          const gate = await StoreGate.open(options.endpoint, chaos.keeper(`${name} ${nth}`, environment));
          gates.push(gate);
          return variablesOf(options, gate.endpoint);
        },
      });
      return [name, deployed] as const;
    };
    const deployed = await Promise.all(NAMES.map(deploy));
    const invoked = deployed.map(([name, each]) => {
      const invoke = (event: string) => each.invoke(event).finally(() => chaos.invocationEnded());
      return [name, { invoke }] as const;
    });
    const gateway = await Gateway.open({
      functions: Object.fromEntries(invoked) as Record<FunctionName, Pick<LambdaFunction, 'invoke'>>,
      callerArn: CALLER_ARN,
      timeoutMs: options.gatewayTimeoutMs,
    });
    const functions = deployed.map(([, each]) => each);
    return new Deployment(functions, gateway, gates);
  }

  private constructor(functions: readonly LambdaFunction[], gateway: Gateway, gates: readonly StoreGate[]) {
    this.functions = functions;
    this.#gateway = gateway;
    this.#gates = gates;
  }

  get url(): string {
    return this.#gateway.url;
  }

  /** Resolves when no invocation is under way, whoever has given it up. */
  async settled(): Promise<void> {
    for (const each of this.functions) await each.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gateway.close();
    for (const each of this.functions) await each.close();
    for (const gate of this.#gates) gate.close();
  }
}

function variablesOf({ table, bucket }: DeploymentOptions, endpoint: string): Record<string, string> {
  const { AWS_ACCESS_KEY_ID = 'test', AWS_SECRET_ACCESS_KEY = 'test' } = process.env;
  return {
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_ENDPOINT_URL: endpoint,
    RIVULET_TABLE: table,
    RIVULET_BUCKET: bucket,
    RIVULET_AUTH: 'iam',
    RIVULET_SUPER_USERS: `User:${CALLER_ARN}`,
  };
}
