import { Bench } from './bench.ts';
import { describeMachine, type Machine } from './machine.ts';
import { readOptions } from './options.ts';
import { type Failure, type Result, writeReport } from './report.ts';
import { chooseScenarios, type Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { settingsFor } from './settings.ts';
import { formatHeading, formatRow } from './table.ts';
import { verdictsOn } from './targets.ts';

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

function printMachine({ cpu, cores, memoryBytes, kernel, disk, versions }: Machine): void {
  print(`${cpu}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${kernel}`);
  print(disk);
  print(
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  );
  print('Rates count the bytes of record values, in 10^6; percentages are of the ceiling of this run.\n');
}

async function runScenario(bench: Bench, scenario: Scenario): Promise<Result[]> {
  const figures = await scenario.run(bench);
  return figures.map((figure) => {
    const verdicts = verdictsOn(scenario.name, figure);
    print(formatRow(scenario.name, figure, verdicts));
    return { scenario: scenario.name, figure, verdicts };
  });
}

async function runAll(
  bench: Bench,
  chosen: readonly Scenario[],
): Promise<{ results: Result[]; failures: Failure[] }> {
  const results: Result[] = [];
  const failures: Failure[] = [];
  for (const scenario of chosen) {
    try {
      results.push(...(await runScenario(bench, scenario)));
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      print(`${scenario.name} FAILED: ${message}`);
      failures.push({ scenario: scenario.name, message });
    }
  }
  return { results, failures };
}

const options = readOptions(process.argv.slice(2));
const chosen = chooseScenarios(scenarios, options);
if (chosen.length === 0) throw new Error(`no scenario is called ${options.only}`);
if (options.list) {
  for (const { name } of chosen) print(name);
} else {
  const startedAt = new Date().toISOString();
  const settings = settingsFor(options);
  const bench = await Bench.start(settings, options.profile);
  try {
    const machine = describeMachine(bench.folder);
    printMachine(machine);
    print(formatHeading());
    const { results, failures } = await runAll(bench, chosen);
    print(`\nwritten to ${await writeReport({ startedAt, machine, options, settings, results, failures })}`);
    if (failures.length > 0) process.exitCode = 1;
  } finally {
    await bench.stop();
  }
}
