/**
 * A function on the folder FOLDER, to be bundled as deployed ones are. It answers a line of stdin, a {@link Line}, with a
 * line of stdout: the answer's status, or what went wrong. Then it ends, at once, when the line was the last.
 */
import { createInterface } from 'node:readline';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { createHandler } from '../../../lib/lambda/handler.ts';
import { openEmbeddedStores } from '../../../lib/storage/embedded.ts';
import { Faults, faultyStores } from '../../support/faulty-stores.ts';
import { type EventParts, gatewayEvent, invocation } from '../gateway-events.ts';

export interface Line {
  /** As Lambda has it in the environment; without it there is none. */
  readonly trace?: string;
  readonly event: EventParts;
  /** Stores throw what nobody expects of them, with this message. */
  readonly bug?: string;
  readonly isLast?: boolean;
}

const faults = new Faults();
const stores = faultyStores(await openEmbeddedStores(process.env.FOLDER ?? ''), faults);
const handler = createHandler({ name: 'admin', routes: allRoutes, environment: process.env, stores });

for await (const text of createInterface({ input: process.stdin })) {
  const { trace, event, bug, isLast } = JSON.parse(text) as Line;
  if (trace === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = trace;
  faults.choose = () => {
    if (bug !== undefined) throw new TypeError(bug);
    return undefined;
  };
  const { statusCode } = await handler(gatewayEvent(event), invocation());
  process.stdout.write(`answered ${statusCode}\n`);
  // As frozen as a process can be: what has not left it by now never will.
  if (isLast) process.kill(process.pid, 'SIGKILL');
}
