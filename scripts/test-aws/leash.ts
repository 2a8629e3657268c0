/**
 * `node leash.ts <command> <args…>` runs a command for as long as somebody holds the other end of our stdin: however
 * the one who started us dies, even by SIGKILL, the command dies too.
 */
import { spawn } from 'node:child_process';

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => {
  console.error(`${command} does not start: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));

const stop = (): void => void child.kill('SIGKILL');
process.stdin.resume().on('end', stop);
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
