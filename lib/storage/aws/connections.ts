import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

const SOCKETS_MAX = 64;

/** The connections to AWS's services, which stay open between calls; several clients can share them. */
export class Connections {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;

  /** @param socketsMax At once, to each service. @default 64 */
  constructor(socketsMax = SOCKETS_MAX) {
    const options = { keepAlive: true, maxSockets: socketsMax };
    this.httpAgent = new HttpAgent(options);
    this.httpsAgent = new HttpsAgent(options);
  }

  /**
   * Closes those that nobody uses now. A process that was frozen has not heard that the other side gave them up: a call
   * on one of these would break off, and nobody could tell whether it was done.
   */
  closeIdle(): void {
    for (const { freeSockets } of [this.httpAgent, this.httpsAgent]) {
      for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    }
  }
}
