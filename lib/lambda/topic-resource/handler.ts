import { z } from 'zod';
import type { OpenBroker } from '../../api/open-broker.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { type Runtime, systemRuntime } from '../../log/runtime.ts';
import type { Stores } from '../../storage/embedded.ts';
import { StoreError } from '../../storage/errors.ts';
import { readEnvironment, type Variables } from '../environment.ts';
import { openFunctionBroker } from '../open-broker.ts';
import { answer, type Outcome } from './answer.ts';
import { putTopic } from './put-topic.ts';
import { parseRequest, type TopicRequest } from './topic-request.ts';

export interface TopicResourceOptions {
  /** As in `process.env`; see {@link readEnvironment}. */
  readonly environment: Variables;
  /** @default the table and the bucket of the environment */
  readonly stores?: Stores | undefined;
  /** Time and chance. @default the system's */
  readonly runtime?: Runtime | undefined;
}

/**
 * A role that was made a moment ago is not known everywhere at once, so what a store refuses is asked again: after one
 * second, two, four, eight.
 */
const ATTEMPTS_MAX = 5;
const FIRST_WAIT_MS = 1_000;

/**
 * Handles `Custom::RivuletTopic`: topics that are made and altered when a stack is deployed.
 *
 * @returns a handler of CloudFormation's requests, each of which is answered, whatever becomes of it.
 * @throws EnvironmentError, which ends the start of the process.
 */
export function createTopicResourceHandler(options: TopicResourceOptions): (event: unknown) => Promise<void> {
  const { stores, runtime = systemRuntime } = options;
  const environment = readEnvironment(options.environment);
  let opening: Promise<OpenBroker> | undefined;
  const open = async (): Promise<OpenBroker> => {
    opening ??= openFunctionBroker({ environment, stores, runtime });
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  return async (event) => {
    const request = parseRequest(event);
    await answer(request, await outcomeOf(request, open, runtime));
  };
}

async function outcomeOf(
  request: TopicRequest,
  open: () => Promise<OpenBroker>,
  runtime: Runtime,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      const broker = await open();
      const physicalId = await putTopic(broker.topics, request);
      await broker.idle();
      return { kind: 'done', physicalId };
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isOfStores(error)) return { kind: 'failed', reason: reasonOf(error) };
      await runtime.sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

function isOfStores(error: unknown): boolean {
  if (error instanceof StoreError) return true;
  return error instanceof KafkaError && error.cause instanceof StoreError;
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `The resource's properties are wrong: ${z.prettifyError(error)}`;
  return error instanceof Error ? error.message : String(error);
}
