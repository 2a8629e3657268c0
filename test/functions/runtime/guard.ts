/**
 * Kills the processes whose ids it hears of on its stdin (`+<pid>`, until `-<pid>`) when that ends: however the one
 * who started them dies, none of them stays, not even a stopped one.
 */
import { createInterface } from 'node:readline';

const guarded = new Set<number>();

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) guarded.add(pid);
  else guarded.delete(pid);
}
for (const pid of guarded) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    console.error(`process ${pid} has gone already: ${String(error)}`);
  }
}
