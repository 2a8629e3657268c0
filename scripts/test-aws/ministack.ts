import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from './emulator.ts';
import { installOnce, run } from './install.ts';

const REQUIREMENTS = join(import.meta.dirname, 'ministack-requirements.txt');
/** MiniStack takes 3.10; the pinned wheels are tested from 3.11 on. */
const PYTHONS = ['python3.11', 'python3', 'python3.12', 'python3.13'];

interface MiniStackOptions {
  /** What it emulates, as it names services. @default DynamoDB and S3 */
  readonly services?: readonly string[];
  /** More of its environment, which its functions get too; they run on the `node` that PATH finds first. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Files in PEM to speak TLS with. @default plain HTTP */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
}

/** MiniStack: some of AWS in one process, in memory. */
export async function startMiniStack(options: MiniStackOptions = {}): Promise<Emulator> {
  const { services = ['dynamodb', 's3'], env = {}, tls } = options;
  const folder = await installOnce('ministack', REQUIREMENTS, async (into) => {
    await run(await findPython(), ['-m', 'venv', join(into, 'venv')]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', REQUIREMENTS];
    await run(join(into, 'venv/bin/python'), pip);
  });
  const state = await mkdtemp(join(tmpdir(), 'rivulet-ministack-'));
  const temporary = join(state, 'tmp');
  await mkdir(temporary);
  const emulator = await startEmulator({
    name: 'MiniStack',
    command: join(folder, 'venv/bin/python'),
    args: () => ['-m', 'ministack'],
    env: (port) => ({
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      SERVICES: services.join(','),
      LOG_LEVEL: 'WARNING',
      STATE_DIR: state,
      S3_DATA_DIR: state,
      // Where it unpacks the code of functions, too.
      TMPDIR: temporary,
      ...(tls && { USE_SSL: '1', MINISTACK_SSL_CERT: tls.certificateFile, MINISTACK_SSL_KEY: tls.keyFile }),
      ...env,
    }),
    cwd: state,
    certificate: tls && (await readFile(tls.certificateFile, 'utf8')),
  });
  return {
    endpoint: emulator.endpoint,
    async [Symbol.asyncDispose]() {
      await emulator[Symbol.asyncDispose]();
      await rm(state, { recursive: true, force: true });
    },
  };
}

async function findPython(): Promise<string> {
  const tried: string[] = [];
  for (const python of PYTHONS) {
    try {
      const version = await run(python, [
        '-c',
        'import sys; print(sys.version_info >= (3, 11), sys.version)',
      ]);
      if (version.startsWith('True')) return python;
      tried.push(`${python} is ${version.trim().split(' ')[1]}`);
    } catch {
      tried.push(`no ${python}`);
    }
  }
  throw new Error(
    `MiniStack needs Python 3.11 or later with venv (${tried.join(', ')}): install python3.11 and ` +
      'python3.11-venv. npm run test:aws can do without: name an endpoint in RIVULET_AWS_ENDPOINT.',
  );
}
