import { NO_TOPIC } from './physical-id.ts';
import type { TopicRequest } from './topic-request.ts';

/** CloudFormation takes an answer of 4,096 bytes; the rest of it is ids. */
const REASON_LENGTH_MAX = 1_000;
const ATTEMPTS_MAX = 3;
const ATTEMPT_MS = 5_000;

export type Outcome =
  | { readonly kind: 'done'; readonly physicalId: string }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Tells CloudFormation what became of a request ("Custom resource response objects"), at the URL that came with it.
 *
 * @throws Error when it does not take the answer. Lambda then calls the function again, and all of it is done once more.
 */
export async function answer(request: TopicRequest, outcome: Outcome): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = NO_TOPIC } = request;
  const ids = { StackId, RequestId, LogicalResourceId };
  const body = Buffer.from(
    JSON.stringify(
      outcome.kind === 'done'
        ? { Status: 'SUCCESS', PhysicalResourceId: outcome.physicalId, ...ids }
        : {
            Status: 'FAILED',
            Reason: outcome.reason.slice(0, REASON_LENGTH_MAX),
            PhysicalResourceId,
            ...ids,
          },
    ),
  );
  for (let attempt = 1; ; attempt++) {
    const problem = await put(request.ResponseURL, body);
    if (problem === undefined) return;
    // The error does not hold the URL: whoever has it could answer.
    if (attempt === ATTEMPTS_MAX) throw new Error(`CloudFormation did not take the answer: ${problem}`);
  }
}

/** Bytes, for a text would get a Content-Type that the URL was not signed for. @returns what went wrong. */
async function put(url: string, body: Buffer<ArrayBuffer>): Promise<string | undefined> {
  try {
    const response = await fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout(ATTEMPT_MS) });
    await response.body?.cancel();
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error ? `${error.name} ${causeOf(error)}` : 'no reason was given';
  }
}

const causeOf = ({ cause }: Error): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : '';
