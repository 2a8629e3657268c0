import type { z } from 'zod';
import type { brokerConfigSchema } from '../cluster/broker-config.ts';

type BrokerConfigs = z.input<typeof brokerConfigSchema>;

/**
 * Where a function behind API Gateway needs other defaults than a server; `RIVULET_CONFIG` goes before them.
 *
 * Lambda takes an event of 6 MB (6,291,456 bytes), and an answer of 6,291,556. Both are JSON, in which bytes are
 * base64: 4 for each 3. API Gateway waits 30 s for a function at most.
 */
export const eventFunctionConfigs: BrokerConfigs = {
  // 6,000,000 in base64: what is left is for headers and the gateway's own words. What is larger we refuse ourselves,
  // with what to do; what is larger than an event, the gateway refuses in its own words.
  'socket.request.max.bytes': 4_500_000,
  // 6,133,336 in base64, so it fits however it is written.
  'response.max.bytes': 4_600_000,
  'fetch.max.bytes': 4_600_000,
  // A wait, and then the read that it was for.
  'fetch.wait.limit.ms': 20_000,
};

/** Where a Web Function needs other defaults than a server: it is an HTTP server, without the limits of events. */
export const webFunctionConfigs: BrokerConfigs = {
  'fetch.wait.limit.ms': 20_000,
};
