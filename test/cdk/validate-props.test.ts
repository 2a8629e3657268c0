import { expect, test } from 'vitest';
import type { RivuletProps } from '../../lib/cdk/rivulet-props.ts';
import { problemsOf } from '../../lib/cdk/validate-props.ts';
import { jwt, newRivulet } from './synth.ts';

test.each<[RivuletProps, string]>([
  [{ name: 'my log' }, "name is 'my log'"],
  [{ name: '1st' }, 'begin with a letter'],
  [{ authentication: 'none' as never }, "has to be 'iam', 'api-keys'"],
  [{ authentication: { ...jwt, issuer: 'http://auth.example.org' } }, 'has to be an https URL'],
  [{ authentication: { ...jwt, audience: '' } }, 'authentication.audience is empty'],
  [{ authentication: { ...jwt, principalClaim: '' } }, 'authentication.principalClaim is empty'],
  [{ superUsers: ['alice'] }, "superUsers holds 'alice': each has to be User: and a name"],
  [{ superUsers: ['User:a;User:b'] }, 'without a semicolon'],
  [{ throttle: { rateLimit: 0 } }, 'throttle.rateLimit is 0'],
  [{ throttle: { burstLimit: 0.5 } }, 'throttle.burstLimit is 0.5'],
  [{ endpoint: 'web-function', throttle: { rateLimit: 150 } }, 'in steps of 100'],
  [{ endpoint: 'web-function', throttle: { burstLimit: 10 } }, 'leave it out with a web function'],
  [{ endpoint: 'web-function', tracing: true }, 'tracing is for an HTTP API'],
  [{ endpoint: 'web-function', functions: {} }, 'functions are those of an HTTP API'],
  [{ functions: { fetch: { memorySize: 128 } } }, 'functions.fetch.memorySize is 128'],
  [{ functions: { fetch: { reservedConcurrentExecutions: 0 } } }, 'reservedConcurrentExecutions is 0'],
])('what cannot be is refused, with what to change: %o', (props, says) => {
  expect(problemsOf(props)).toEqual([expect.stringContaining(says)]);
});

test('everything that is wrong is said at once, with the path of the log', () => {
  expect(() => newRivulet({ name: 'my log', superUsers: ['alice'] })).toThrow(
    /^Rivulet 'Test\/Rivulet': name is .* superUsers holds/,
  );
});
