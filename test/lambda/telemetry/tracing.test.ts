import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { BUNDLE_FILE, bundleOptions } from '../../../lib/cdk/function-code.ts';
import { spawnProcess } from '../../support/broker-process.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { variables } from '../function.ts';
import type { Line } from './traced-function.ts';

const entry = fileURLToPath(new URL('./traced-function.ts', import.meta.url));

const ROOT = '1-6abc9d14-0b1c2d3e4f5061728394a5b6';
const PARENT = '53995c3f42cd8ad8';
const trace = (sampled = 1): string =>
  `Root=${ROOT};Parent=${PARENT};Sampled=${sampled};Lineage=1:a87bd80c:0`;

let bundle: string;
beforeAll(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'rivulet-test-'));
  await build(bundleOptions(entry, bundle));
});
afterAll(() => rm(bundle, { recursive: true, force: true }));

type Document = Readonly<Record<string, unknown>>;

/** A daemon of X-Ray, as far as it listens. */
async function openDaemon() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  const documents: Document[] = [];
  socket.on('message', (datagram) => {
    const [header = '', document = ''] = datagram.toString().split('\n');
    expect(JSON.parse(header)).toEqual({ format: 'json', version: 1 });
    documents.push(JSON.parse(document));
  });
  return {
    address: `127.0.0.1:${socket.address().port}`,
    /** All that came before this: datagrams between sockets of one machine keep their order. */
    async received(): Promise<readonly Document[]> {
      const marker = { marker: documents.length };
      const last = createSocket('udp4');
      last.send(
        `{"format":"json","version":1}\n${JSON.stringify(marker)}`,
        socket.address().port,
        '127.0.0.1',
      );
      while (!documents.some((document) => 'marker' in document)) await once(socket, 'message');
      last.close();
      return documents.filter((document) => !('marker' in document));
    },
  };
}

interface World {
  readonly environment?: Readonly<Record<string, string>>;
  /** The bundle has no file with the tracer in it. */
  readonly isTracerMissing?: boolean;
}

/** Invokes a bundled function as Lambda does, and gives what it wrote and what the daemon got. */
async function invoke(lines: readonly Line[], { environment = {}, isTracerMissing = false }: World = {}) {
  const daemon = await openDaemon();
  const folder = await tempFolder();
  await cp(bundle, folder, { recursive: true });
  const tracers = (await readdir(folder)).filter((file) => file.startsWith('tracing-'));
  expect(tracers).toHaveLength(1);
  if (isTracerMissing) await rm(join(folder, tracers[0] ?? ''));
  const env = {
    ...variables,
    RIVULET_NAME: 'quakes',
    RIVULET_LOG_LEVEL: 'info',
    RIVULET_TRACING: 'true',
    FOLDER: await tempFolder(),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: daemon.address,
    LAMBDA_TASK_ROOT: folder,
    ...environment,
  };
  const input = lines
    .map((line, n) => JSON.stringify({ ...line, isLast: n === lines.length - 1 }))
    .join('\n');
  const ended = await spawnProcess(process.execPath, [join(folder, BUNDLE_FILE)], { env, input }).ended;
  const statuses = [...ended.stdout.matchAll(/^answered (\d+)$/gm)].map(([, status]) => Number(status));
  return { statuses, documents: await daemon.received(), text: `${ended.stdout}${ended.stderr}` };
}

test('each sampled request is a subsegment of its invocation, without what clients chose', async () => {
  const other = '1-6abc9d15-0b1c2d3e4f5061728394a5b6';
  const { statuses, documents, text } = await invoke([
    { trace: trace(), event: { path: '/topics' } },
    {
      trace: trace().replace(ROOT, other),
      event: { path: '/topics/hunter2', headers: { cookie: 'hunter2' } },
    },
  ]);
  expect(statuses).toEqual([200, 404]);
  expect(documents).toEqual([
    {
      type: 'subsegment',
      name: 'admin GET',
      id: expect.stringMatching(/^[\da-f]{16}$/),
      trace_id: ROOT,
      parent_id: PARENT,
      start_time: expect.any(Number),
      end_time: expect.any(Number),
      annotations: { ColdStart: true, Service: 'quakes', status: 200 },
    },
    expect.objectContaining({
      trace_id: other,
      annotations: { ColdStart: false, Service: 'quakes', status: 404 },
      error: true,
    }),
  ]);
  expect(JSON.stringify(documents)).not.toContain('hunter2');
  expect(text).not.toContain('"level":"ERROR"');
});

test('what failed is a fault with the name and the message of the error, and no secret', async () => {
  const bug = 'no such thing\nAuthorization: hunter2';
  const { statuses, documents } = await invoke([
    { trace: trace(), event: { path: '/topics' } },
    { trace: trace(), event: { path: '/topics' }, bug },
    { trace: trace(), event: { path: '/topics' } },
  ]);
  expect(statuses).toEqual([200, 500, 200]);
  const [before, failed, after] = documents;
  expect(failed).toMatchObject({
    fault: true,
    annotations: { status: 500 },
    cause: { exceptions: [{ type: 'TypeError', message: 'no such thing\nAuthorization: ***', stack: [] }] },
  });
  for (const fine of [before, after]) expect(fine).not.toHaveProperty('fault');
  expect(after).not.toHaveProperty('cause');
});

test('the first invocation is the cold one, whether it is sampled or not', async () => {
  const event = { path: '/topics' };
  const { documents, text } = await invoke([
    { event },
    { trace: trace(0), event },
    { trace: trace(), event },
  ]);
  expect(documents).toMatchObject([{ annotations: { ColdStart: false } }]);
  expect(text).not.toMatch(/x-ray|segment|"level":"ERROR"/i);
});

test('outside of Lambda nothing is sent', async () => {
  const environment = { AWS_EXECUTION_ENV: '', LAMBDA_TASK_ROOT: '' };
  const { statuses, documents } = await invoke([{ trace: trace(), event: { path: '/topics' } }], {
    environment,
  });
  expect([statuses, documents]).toEqual([[200], []]);
});

test('a function that is not traced sends nothing, and has no use for the code of the tracer', async () => {
  const world = { environment: { RIVULET_TRACING: '' }, isTracerMissing: true };
  const { statuses, documents, text } = await invoke([{ trace: trace(), event: { path: '/topics' } }], world);
  expect([statuses, documents]).toEqual([[200], []]);
  expect(text).not.toContain('"level":"ERROR"');
});

test('no request fails for want of a tracer; the log says so', async () => {
  const line = { trace: trace(), event: { path: '/topics' } };
  const { statuses, documents, text } = await invoke([line, line], { isTracerMissing: true });
  expect([statuses, documents]).toEqual([[200, 200], []]);
  expect(text.match(/"level":"ERROR"/g)).toHaveLength(1);
});

test('nor for want of a daemon', async () => {
  const environment = { AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:1' };
  const line = { trace: trace(), event: { path: '/topics' } };
  const { statuses } = await invoke([line, line], { environment });
  expect(statuses).toEqual([200, 200]);
});
