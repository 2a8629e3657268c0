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
  /**
   * Hears why the broker cannot be opened, in the words of the store, which name tables and roles; then a client, who may
   * be anybody, is told only that. @default none, and clients are told why
   */
  readonly onUnavailable?: ((error: unknown) => void) | undefined;
}

/**
 * The API of a broker whose stores may be away when its process starts: the first request opens the broker, those
 * that come meanwhile wait for it, and when that fails they are answered 503, and the next request tries again. So a process that was started too early, or with a permission missing, recovers by itself.
 *
 * @param open Opens the broker, and makes its app.
 */
export function createOpeningApp(open: () => Promise<Hono<HostEnv>>, deps: OpeningAppDeps = {}): OpeningApp {
  const { onBug = (error: unknown) => console.error(error), onUnavailable } = deps;
  let opening: Promise<Hono<HostEnv>> | undefined;
  return async (request, bindings) => {
    opening ??= open();
    const current = opening;
    let app: Hono<HostEnv>;
    try {
      app = await current;
    } catch (error) {
      if (opening === current) opening = undefined;
      return errorResponse(unavailable(error, onBug, onUnavailable), JSON_TYPE);
    }
    return app.fetch(request, bindings);
  };
}

const AWAY = 'The stores of this broker cannot be opened now; its log says why. Try again in a moment.';

function unavailable(
  error: unknown,
  onBug: (error: unknown) => void,
  onUnavailable: OpeningAppDeps['onUnavailable'],
): ErrorAnswer {
  const isOfStores = error instanceof StoreError || error instanceof FormatVersionError;
  if (!isOfStores && !(error instanceof KafkaError)) return answerTo(error, onBug);
  const isHidden = isOfStores && onUnavailable !== undefined;
  if (isHidden) onUnavailable(error);
  const message = isHidden ? AWAY : error.message;
  return { ...answerOf('KAFKA_STORAGE_ERROR'), message, headers: RETRY_AFTER };
}
