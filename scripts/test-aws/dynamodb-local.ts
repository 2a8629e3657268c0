import { join } from 'node:path';
import { type Emulator, startEmulator } from './emulator.ts';
import { installOnce, run } from './install.ts';

const POM = join(import.meta.dirname, 'dynamodb-local-pom.xml');
const MAIN = 'software.amazon.dynamodb.services.local.main.ServerRunner';

/** AWS's own DynamoDB Local, in memory. Its licence wants its user to have an AWS account. */
export async function startDynamoDBLocal(): Promise<Emulator> {
  await needs('java', ['-version'], 'Java 17');
  const folder = await installOnce('dynamodb-local', POM, async (into) => {
    await needs('mvn', ['-version'], 'Maven');
    await run('mvn', [
      '--batch-mode',
      '--quiet',
      '--file',
      POM,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${into}`,
    ]);
  });
  return startEmulator({
    name: 'DynamoDB Local',
    command: 'java',
    args: (port) => [
      `-Djava.library.path=${folder}`,
      '-cp',
      join(folder, '*'),
      MAIN,
      '-inMemory',
      '-port',
      String(port),
    ],
    env: () => ({}),
    cwd: folder,
  });
}

async function needs(command: string, args: readonly string[], what: string): Promise<void> {
  try {
    await run(command, args);
  } catch (cause) {
    throw new Error(`--dynamodb-local needs ${what}: install it, or leave the option away.`, { cause });
  }
}
