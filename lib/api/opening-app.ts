import type { Hono } from 'hono';
import { FormatVersionError } from '../cluster/cluster-meta.ts';
import { KafkaError } from '../kafka/errors.ts';
import { StoreError } from '../storage/errors.ts';
import { type ErrorAnswer, RETRY_AFTER } from './errors/api-error.ts';
import { answerTo, errorResponse } from './errors/error-response.ts';
import { answerOf } from './errors/kafka-error-table.ts';
import { JSON_TYPE } from './http/media-types.ts';
import type { HostEnv } from './http/mount.ts';

export type OpeningApp = (request: Request, bindings?: HostEnv['Bindings']) => Promise<Response>;

export interface OpeningAppDeps {
  /** Hears of errors that nobody expected; the client gets no more than 500. @default console.error */
  readonly onBug?: ((error: unknown) => void) | undefined;
}

/**
 * The API of a broker whose stores may be away when its process starts: the first request opens the broker, those
 * that come meanwhile wait for it, and when that fails they are answered 503 with what is wrong, and the next
 * request tries again. So a process that was started too early, or with a permission missing, recovers by itself.
 *
 * @param open Opens the broker, and makes its app.
 */
export function createOpeningApp(open: () => Promise<Hono<HostEnv>>, deps: OpeningAppDeps = {}): OpeningApp {
  const { onBug = (error: unknown) => console.error(error) } = deps;
  let opening: Promise<Hono<HostEnv>> | undefined;
  return async (request, bindings) => {
    opening ??= open();
    const current = opening;
    let app: Hono<HostEnv>;
    try {
      app = await current;
    } catch (error) {
      if (opening === current) opening = undefined;
      return errorResponse(unavailable(error, onBug), JSON_TYPE);
    }
    return app.fetch(request, bindings);
  };
}

function unavailable(error: unknown, onBug: (error: unknown) => void): ErrorAnswer {
  const isExpected = error instanceof StoreError || error instanceof FormatVersionError;
  if (!isExpected && !(error instanceof KafkaError)) return answerTo(error, onBug);
  return { ...answerOf('KAFKA_STORAGE_ERROR'), message: error.message, headers: RETRY_AFTER };
}
