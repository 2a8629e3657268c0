/** One method and path that somebody may call, as `execute-api:Invoke` names them; `*` stands for anything. */
export interface Invocation {
  readonly method: 'GET' | 'POST' | 'DELETE' | '*';
  readonly path: string;
}

const ANYTHING = '*';
const V3_PREFIXES = ['/v3', '/kafka/v3'];

/**
 * What a producer calls: it appends to the topic, asks for a producer id, and looks how many partitions there are (in
 * Kafka, WRITE implies DESCRIBE).
 *
 * @param topic @default every topic
 */
export function produceInvocations(topic?: string): Invocation[] {
  const name = topic ?? ANYTHING;
  return [
    { method: 'POST', path: `/topics/${name}` },
    { method: 'POST', path: `/topics/${name}/partitions/*` },
    { method: 'POST', path: '/producers' },
    { method: 'GET', path: `/topics/${name}/partitions` },
    ...V3_PREFIXES.flatMap((prefix): Invocation[] => [
      { method: 'GET', path: `${prefix}/clusters` },
      { method: 'POST', path: `${prefix}/clusters/*/topics/${name}/records` },
    ]),
    ...(topic === undefined ? [] : looksAt(topic)),
  ];
}

/** Not for every topic: a wildcard at the end stands for what lies below a topic as well, its records too. */
function looksAt(topic: string): Invocation[] {
  return [
    { method: 'GET', path: `/topics/${topic}` },
    ...V3_PREFIXES.map(
      (prefix): Invocation => ({
        method: 'GET',
        path: `${prefix}/clusters/*/topics/${topic}`,
      }),
    ),
  ];
}

/**
 * What a consumer calls: it fetches, and looks at the topic; in a group it also has an instance there, or takes part by
 * heartbeats, and keeps offsets.
 *
 * @param topic @default every topic
 * @param group @default no group at all
 */
export function consumeInvocations(topic = ANYTHING, group?: string): Invocation[] {
  return [
    { method: 'GET', path: `/topics/${topic}` },
    { method: 'GET', path: `/topics/${topic}/partitions` },
    { method: 'GET', path: `/topics/${topic}/partitions/*` },
    ...(group === undefined ? [] : groupInvocations(group)),
  ];
}

function groupInvocations(group: string): Invocation[] {
  return [
    { method: '*', path: `/consumers/${group}` },
    { method: '*', path: `/consumers/${group}/*` },
    { method: 'POST', path: `/groups/${group}/heartbeat` },
    { method: 'POST', path: `/groups/${group}/offsets` },
    { method: 'POST', path: `/groups/${group}/offsets:fetch` },
    { method: 'GET', path: `/groups/${group}` },
    { method: 'GET', path: `/groups/${group}/lags` },
  ];
}
