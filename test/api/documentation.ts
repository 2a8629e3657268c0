import { createApp } from '../../lib/api/app.ts';
import type { Broker } from '../../lib/api/broker.ts';
import { answerOf, ownErrors } from '../../lib/api/errors/kafka-error-table.ts';
import { RECORD_BATCH } from '../../lib/api/http/media-types.ts';
import { loadOpenApi } from '../../lib/api/load-openapi.ts';
import { Metrics } from '../../lib/api/ops/metrics.ts';
import { allRoutes } from '../../lib/api/routes/all.ts';
import { brokerConfigSchema } from '../../lib/cluster/broker-config.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { kafkaErrors } from '../../lib/kafka/errors.ts';
import { NOW_MS } from './documented-broker.ts';

const HOST = 'http://localhost:8082';
/** What a request of the document sends in place of bytes that cannot be printed. */
const BATCH_PLACEHOLDER = '(a record batch)';
const SHOWN_HEADERS = [
  'content-type',
  'location',
  'allow',
  'kafka-high-watermark',
  'kafka-log-start-offset',
  'kafka-next-offset',
];

const capitalized = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

function requestOf(example: string): Request {
  const [head = '', ...rest] = example.split('\n\n');
  const [start = '', ...headerLines] = head.trim().split('\n');
  const [method = '', path = ''] = start.split(' ');
  const headers = new Headers(
    headerLines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const text = rest.join('\n\n').trim();
  if (text === '') return new Request(HOST + path, { method, headers });
  const batch = encodeRecordBatch([{ timestamp: NOW_MS, key: null, value: Buffer.from('{"mag":4.1}') }]);
  const body = text === BATCH_PLACEHOLDER ? (batch as Uint8Array<ArrayBuffer>) : text;
  return new Request(HOST + path, { method, headers, body });
}

async function answerTo(response: Response): Promise<string> {
  const shown = SHOWN_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [`${capitalized(name)}: ${value}`];
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isBatch = response.headers.get('content-type') === RECORD_BATCH;
  const body = isBatch
    ? `(${bytes.length} bytes of record batches)`
    : bytes.toString().trim().replaceAll('\r\n', '\n');
  return [`HTTP/1.1 ${response.status}`, ...shown, ...(body === '' ? [] : ['', body])].join('\n');
}

/** A table as the formatter writes it. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const [head, ...others] = rows.map((row) =>
    line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))),
  );
  return [head, line(widths.map((width) => '-'.repeat(width))), ...others].join('\n');
}

function errorTable(): string {
  const rows = ownErrors.map((name) => {
    const { status, errorCode } = answerOf(name);
    return [name, kafkaErrors[name].code, status, errorCode].map(String);
  });
  return tableOf([
    ['Kafka error', 'its code', 'HTTP', 'error_code'],
    ...rows,
    ['any other that can be retried', '', '500', '50003'],
    ['any other', '', '500', '50002'],
  ]);
}

function configTable(): string {
  const rows = Object.entries(brokerConfigSchema.shape).map(([name, schema]) => [
    `\`${name}\``,
    String(schema.parse(undefined)),
    schema.description ?? '',
  ]);
  return tableOf([['config', 'default', 'what it bounds or says'], ...rows]);
}

/** What stands between two marks of a document. */
export const between = (name: string): RegExp =>
  new RegExp(`(<!-- ${name} -->\n\n)[\\s\\S]*?(\n\n<!-- end -->)`);
const EXAMPLE = /```http\n([\s\S]*?)\n```\n\n```http\n[\s\S]*?\n```/g;

/** `text` with its tables, and with the answer that a fresh broker gives to each of its requests, in their order. */
export async function withRealAnswers(text: string, broker: Broker): Promise<string> {
  const app = createApp(broker, allRoutes, { metrics: new Metrics(), openApi: loadOpenApi });
  let written = '';
  let at = 0;
  for (const { 0: whole, 1: example = '', index } of text.matchAll(EXAMPLE)) {
    const answer = await answerTo(await app.fetch(requestOf(example)));
    written += `${text.slice(at, index)}\`\`\`http\n${example}\n\`\`\`\n\n\`\`\`http\n${answer}\n\`\`\``;
    at = index + whole.length;
  }
  return (written + text.slice(at))
    .replace(between('errors'), (_, before: string, after: string) => before + errorTable() + after)
    .replace(between('configs'), (_, before: string, after: string) => before + configTable() + after);
}
