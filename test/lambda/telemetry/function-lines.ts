import { fileURLToPath } from 'node:url';
import { type Process, spawnProcess, whenReady } from '../../support/broker-process.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const functionFile = fileURLToPath(new URL('./function-process.ts', import.meta.url));

/** A line of CloudWatch's embedded metric format. */
export interface EmfLine {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [key: string]: unknown;
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface FunctionLines {
  readonly metrics: readonly EmfLine[];
  readonly logs: readonly LogLine[];
  /** All that was written. */
  readonly text: string;
}

export interface RunningFunction {
  readonly process: Process;
  send(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: string }>;
  /** Ends it, and gives all that it wrote. */
  end(): Promise<FunctionLines>;
}

/** A function in a process of its own. */
export async function startFunction(level: string, ...faults: string[]): Promise<RunningFunction> {
  const args = [functionFile, await tempFolder(), level, ...faults];
  // As Lambda has it for a process that it starts because a request came.
  const env = { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' };
  const { process: started, url } = await whenReady(spawnProcess(process.execPath, args, { env }));
  return {
    process: started,
    async send(path, init) {
      const response = await fetch(`${url}${path}`, init);
      return { status: response.status, body: await response.text() };
    },
    async end() {
      const { stdout, stderr, code } = await started.end('SIGTERM');
      if (code !== 0) throw new Error(`the function ended with ${code}: ${stderr}`);
      const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('{'));
      const parsed = lines.map((line) => JSON.parse(line) as EmfLine | LogLine);
      return {
        metrics: parsed.filter((line): line is EmfLine => '_aws' in line),
        logs: parsed.filter((line) => !('_aws' in line)),
        text: `${stdout}${stderr}`,
      };
    },
  };
}

/** The lines that something writes to stdout and stderr in this process. */
export function written(work: () => void): string[] {
  const capture = captureLines();
  try {
    work();
  } finally {
    capture.end();
  }
  return capture.lines;
}

/** Keeps what is written to stdout and stderr of this process, until it ends. */
export function captureLines(): { readonly lines: string[]; readonly end: () => void } {
  const { stdout, stderr } = process;
  const writes = [stdout.write, stderr.write] as const;
  const lines: string[] = [];
  const keep = (text: string | Uint8Array): boolean => lines.push(String(text)) > 0;
  [stdout.write, stderr.write] = [keep, keep];
  const end = (): void => {
    [stdout.write, stderr.write] = writes;
  };
  return { lines, end };
}
