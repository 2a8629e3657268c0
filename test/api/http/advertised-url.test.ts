import { expect, test } from 'vitest';
import { parseAdvertisedUrl } from '../../../lib/api/http/advertised-url.ts';

test.each([
  ['https://logs.example.org', 'https://logs.example.org'],
  ['https://logs.example.org/', 'https://logs.example.org'],
  ['HTTP://Logs.example.org:80/kafka//', 'http://logs.example.org/kafka'],
  ['http://[::1]:8082/a/b', 'http://[::1]:8082/a/b'],
])('%s is %s', (text, expected) => {
  expect(parseAdvertisedUrl(text)).toBe(expected);
});

test.each([
  ['', 'http or https URL'],
  ['logs.example.org', 'http or https URL'],
  ['//logs.example.org', 'http or https URL'],
  ['https:logs.example.org', 'http or https URL'],
  ['ftp://logs.example.org', 'http or https URL'],
  ['https://', 'http or https URL'],
  ['https://logs example.org', 'http or https URL'],
  ['https://logs.example.org/\n', 'http or https URL'],
  ['https://logs.example.org/?query', 'no query'],
  ['https://logs.example.org/?', 'no query'],
  ['https://logs.example.org/#fragment', 'no fragment'],
  ['https://user@logs.example.org', 'without a user'],
  ['https://:secret@logs.example.org', 'without a user'],
])('%j is refused', (text, message) => {
  expect(() => parseAdvertisedUrl(text)).toThrow(message);
});
