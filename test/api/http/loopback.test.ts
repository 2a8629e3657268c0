import { expect, test } from 'vitest';
import { isLoopback } from '../../../lib/api/http/loopback.ts';

test.each([
  '127.0.0.1',
  '127.8.9.10',
  '::1',
  '[::1]',
  '0:0:0:0:0:0:0:1',
  'localhost',
  'LOCALHOST',
  'a.localhost',
])('%s is this machine alone', (host) => expect(isLoopback(host)).toBe(true));

test.each([
  '0.0.0.0',
  '::',
  '[::]',
  '10.0.0.1',
  '128.0.0.1',
  '::ffff:10.0.0.1',
  'localhost.example.org',
  '127.0.0.1.example.org',
  'example.org',
  '',
  'fe80::1%eth0',
])('%s is not', (host) => expect(isLoopback(host)).toBe(false));
