import { setTimeout as delay } from 'node:timers/promises';

interface Context {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

if (process.env.PROBE === 'does not load') throw new Error('the probe does not load');

/** A function for the tests of the runtime itself: it does what its event says. */
export async function handler(event: { readonly do: string; readonly ms?: number }, context: Context) {
  switch (event.do) {
    case 'fail':
      throw new RangeError('as it was told');
    case 'exit':
      return process.exit(1);
    case 'wait':
      await delay(event.ms);
      return 'waited';
    default: {
      const { awsRequestId, invokedFunctionArn } = context;
      const { _HANDLER, AWS_LAMBDA_FUNCTION_NAME } = process.env;
      const remainingMs = context.getRemainingTimeInMillis();
      return {
        awsRequestId,
        invokedFunctionArn,
        remainingMs,
        pid: process.pid,
        _HANDLER,
        AWS_LAMBDA_FUNCTION_NAME,
      };
    }
  }
}
