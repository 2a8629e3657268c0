import type { TestProject } from 'vitest/node';
import { installNativeRuntimeClient, installRuntimeClient } from '../../../scripts/lambda-ric/install.ts';

/** The programs that run functions, installed before any test: two workers must not do it at once. */
export interface Runtimes {
  /** AWS's runtime interface client as it is; `undefined` where its native part cannot be built. */
  readonly native: string | undefined;
  /** The same, over Node's HTTP. */
  readonly http: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    runtimes: Runtimes;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('runtimes', {
    native: await installNativeRuntimeClient(),
    http: await installRuntimeClient(),
  });
}
